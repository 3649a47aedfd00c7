// The live page: what somebody can do in a folder of runs and scenarios, with a mouse and without.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { browser, folder, offtake, open, serve } from './harness.mjs'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const PLAYED = { timeout: 30_000 }

describe('the live page', { concurrency: false }, () => {
  let chromium, server, here

  before(async () => {
    here = folder()
    offtake(here, 'new', 'mine.toml', '--like', 'openai-aws')
    offtake(here, 'run', 'openai-aws')
    offtake(here, 'run', 'openai-aws#late-power')
    server = await serve(here)
    chromium = await browser()
  })
  after(async () => {
    await chromium?.close()
    server?.stop()
  })

  /** Opens a view, lets a test look, and holds that it neither complained nor asked anybody else. */
  async function visit(hash, look, { url = server.url, excused = [], ...options } = {}) {
    const { page, complaints, foreign, context } = await open(chromium, new URL(hash, url).href, options)
    page.setDefaultTimeout(PLAYED.timeout)
    await look(page)
    assert.deepEqual(complaints.filter((it) => !excused.some((known) => known.test(it))), [])
    assert.deepEqual(foreign, [])
    await context.close()
  }

  const slider = (page) => page.getByRole('slider').and(page.locator('input')).first()
  const number = (page, nth = 0) => page.locator('aside dd strong').nth(nth)
  const moved = (page) => page.locator('aside .moved .change').first()
  const write = async (page, line, text) => {
    await page.locator('.cm-line').nth(line - 1).click()
    await page.keyboard.press('End')
    await page.keyboard.insertText(text)
  }

  test('lists runs, newest first, and scenarios with their variants', () =>
    visit('#/', async (page) => {
      const runs = page.locator('section[aria-labelledby=runs] .what a')
      await runs.first().waitFor()
      assert.deepEqual(await runs.allInnerTexts(), ['openai-aws#late-power', 'openai-aws'])
      const scenarios = page.locator('section[aria-labelledby=scenarios]')
      await scenarios.getByRole('link', { name: 'mine.toml', exact: true }).waitFor()
      assert.ok((await scenarios.getByRole('link', { name: '#late-power' }).count()) >= 2)
      await page.getByLabel('Filter runs').fill('late')
      assert.equal(await runs.count(), 1)
    }))

  test('opens a run, and Back leads to the list', () =>
    visit('#/', async (page) => {
      await page.locator('.what a').last().click()
      await page.locator('.numbers li').first().waitFor()
      assert.equal(await page.locator('aside dd strong').count(), await page.locator('.numbers li').count())
      await page.goBack()
      await page.locator('.what a').first().waitFor()
    }))

  test('plays again when a slider moves, tells the change, and comes back', () =>
    visit('#/play/openai-aws', async (page) => {
      await slider(page).waitFor()
      const stood = await number(page).innerText()
      await slider(page).press('End')
      await moved(page).waitFor()
      assert.match(await moved(page).innerText(), /[+−].*\d/)
      assert.notEqual(await number(page).innerText(), stood)
      assert.match(await page.locator('.command code').innerText(), /^offtake run openai-aws --set /)
      await page.waitForFunction(() => location.hash.includes('set='))
      await page.getByRole('button', { name: 'Reset' }).click()
      assert.equal(await number(page).innerText(), stood)
      assert.ok(!page.url().includes('set='))
    }))

  test('restores from its address what was moved, the colours and the time that is looked at', () => {
    const hash = '#/play/openai-aws?set=fleet.gb300.count%3D200000+GPU&theme=dark&zoom=2027-01-01~2028-01-01'
    return visit(hash, async (page) => {
      await moved(page).waitFor()
      assert.match(await number(page, 1).innerText(), /200/)
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
      await page.getByText('2027-01-01 to 2028-01-01').waitFor()
      const kept = new URLSearchParams(new URL(page.url()).hash.split('?')[1])
      assert.equal(kept.get('zoom'), '2027-01-01~2028-01-01')
    })
  })

  test('can be used with the keyboard alone, from the list to a moved number', () =>
    visit('#/', async (page) => {
      await page.locator('.what a').first().waitFor()
      await tabTo(page, (it) => it.matches('.what a'))
      await page.keyboard.press('Enter')
      await slider(page).waitFor()
      await tabTo(page, (it) => it.matches('input[type=range]'))
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('PageUp')
      await moved(page).waitFor()
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
      assert.notEqual(outline, 'none')
    }))

  /** Presses Tab until what has the focus is looked for. */
  async function tabTo(page, isIt) {
    for (let nth = 0; nth < 200; nth++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(`(${isIt})(document.activeElement)`)) return
    }
    assert.fail('the keyboard does not get there')
  }

  test('compares two picked runs: what was asked, what came of it, how it went', () =>
    visit('#/', async (page) => {
      await page.getByRole('checkbox').first().check()
      await page.getByRole('checkbox').nth(1).check()
      await page.getByRole('link', { name: 'Compare the two' }).click()
      const inputs = page.locator('section[aria-labelledby=inputs] tbody tr')
      await inputs.first().waitFor()
      assert.ok((await inputs.count()) >= 1)
      const changes = page.locator('section[aria-labelledby=figures] td.change')
      assert.ok((await changes.allInnerTexts()).some((it) => it !== 'same'))
      await page.locator('figure.chart').first().scrollIntoViewIfNeeded()
      await page.locator('figure.chart .drawing svg path').first().waitFor({ state: 'attached' })
      await page.getByText('dashed: A').first().waitFor()
    }))

  test('leads from a number down to the line that it was read from', () =>
    visit('#/explain/deal.aws.price_per_gpu_hour?of=%23%2Fplay%2Fmine.toml', async (page) => {
      await page.getByRole('button', { name: 'Unfold all' }).click()
      const leaf = page.locator('li.input', { hasText: 'deal.aws.total' }).getByRole('link').first()
      const line = Number((await leaf.innerText()).split(':')[1])
      await leaf.click()
      await page.locator('.cm-activeLine').waitFor()
      await page.waitForFunction(() => document.activeElement.matches('.cm-content'))
      const text = readFileSync(join(here, 'mine.toml'), 'utf8').split('\n')[line - 1]
      assert.equal(await page.locator('.cm-activeLine').innerText(), text)
    }))

  test('finds a fact of the catalogue with its source', () =>
    visit('#/catalogue', async (page) => {
      await page.getByLabel('Search the catalogue').fill('gb300-nvl72')
      await page.locator('summary').first().click()
      await page.locator('details[open] td a').first().waitFor()
      assert.match(page.url(), /find=gb300-nvl72/)
    }))

  test('marks a mistake in the text at its place, and plays again when it is mended', () =>
    visit('#/edit/openai-aws', async (page) => {
      await page.getByText('No mistakes').waitFor()
      await page.keyboard.press('Control+Enter')
      await page.locator('[aria-label="What it plays to"] dd strong').first().waitFor()
      await write(page, 7, '\nsede = 3')
      const mistake = page.locator('li.error', { hasText: 'sede' })
      await mistake.waitFor()
      assert.match(await mistake.innerText(), /did you mean `seed`/)
      await page.locator('.cm-lint-marker-error').first().waitFor()
      assert.ok(await page.getByRole('button', { name: 'Play' }).isDisabled())
      await mistake.getByRole('button').click()
      assert.equal(await page.locator('.cm-activeLine').innerText(), 'sede = 3')
      await page.keyboard.press('Control+z')
      await page.getByText('No mistakes').waitFor()
      assert.ok(await page.getByRole('button', { name: 'Play' }).isEnabled())
    }))

  test('completes fields of the table that is written in', () =>
    visit('#/edit/mine.toml', async (page) => {
      await page.getByText('[party.aws]').waitFor()
      await page.getByText('[party.aws]').click()
      await page.keyboard.press('End')
      await page.keyboard.type('\nreven', { delay: 30 })
      await page.locator('.cm-tooltip-autocomplete').getByText('revenue', { exact: true }).waitFor()
    }))

  test('saves a changed scenario, follows the disk, and leaves the choice where both changed', () =>
    visit(
      '#/edit/mine.toml',
      async (page) => {
        const file = join(here, 'mine.toml')
        const begin = readFileSync(file, 'utf8')
        await page.getByText('No mistakes').waitFor()
        await write(page, 1, '\n# of mine')
        await page.keyboard.press('Control+s')
        await page.getByText('not saved').waitFor({ state: 'detached' })
        assert.ok(readFileSync(file, 'utf8').includes('# of mine'))

        writeFileSync(file, begin.replace('seed     = 7', 'seed     = 8'))
        await page.locator('.cm-line', { hasText: /^seed\s+= 8$/ }).waitFor()

        await write(page, 1, '\n# mine again')
        writeFileSync(file, begin)
        await page.getByText('has changed on disk').waitFor()
        await page.getByRole('button', { name: 'Load the file' }).click()
        await page.locator('.cm-line', { hasText: /^seed\s+= 7$/ }).waitFor()
        assert.equal(await page.getByText('# mine again').count(), 0)
      },
    ))

  test('starts a study, shows how far it is, and cancels it', () =>
    visit('#/odds/openai-aws', async (page) => {
      await page.getByLabel('How many futures').fill('5000')
      await page.getByRole('button', { name: 'Play 5,000 futures' }).click()
      await page.getByRole('progressbar').waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByText('The study was cancelled').waitFor()
    }))

  test('tells that the program has ended, and finds it again', async () => {
    const own = await serve(here)
    const port = new URL(own.url).port
    let again
    const lost = [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|ERR_CONNECTION_RESET|Failed to load resource/]
    await visit(
      '#/',
      async (page) => {
        await page.locator('.what a').first().waitFor()
        own.stop()
        await page.getByText('The program has ended').waitFor()
        again = await serve(here, '--port', port)
        await page.getByText('The program has ended').waitFor({ state: 'detached' })
      },
      { url: own.url, excused: lost },
    )
    again.stop()
  })

  test('shows nothing that writes when it is read-only', async () => {
    const own = await serve(here, '--read-only')
    const gone = ['Save as run', 'Save', 'Save as …', 'Delete', 'Odds']
    for (const hash of ['#/', '#/play/openai-aws', '#/edit/mine.toml']) {
      await visit(
        hash,
        async (page) => {
          await page.getByText('read-only', { exact: true }).waitFor()
          await page.locator('.what a, .numbers li, .cm-content').first().waitFor()
          for (const name of gone) {
            const found = page.locator('main').getByRole('button', { name, exact: true })
            assert.equal(await found.count(), 0, `${hash} offers ${name}`)
          }
        },
        { url: own.url },
      )
    }
    own.stop()
  })

  for (const colorScheme of ['light', 'dark']) {
    test(`has no serious finding of axe in the ${colorScheme}`, async () => {
      const views = {
        '#/': '.what a',
        '#/play/openai-aws?set=fleet.gb300.count%3D200000+GPU': 'aside .change',
        '#/compare?a=%23%2Fplay%2Fopenai-aws&b=%23%2Fplay%2Fopenai-aws%3Fvariant%3Dlate-power': '#figures',
        '#/odds/openai-aws': 'form',
        '#/catalogue/rack/gb300-nvl72': 'details[open]',
        '#/edit/mine.toml': '.good',
        '#/explain/deal.aws.price_per_gpu_hour?of=%23%2Fplay%2Fopenai-aws': 'article summary',
      }
      for (const [hash, ready] of Object.entries(views)) {
        await visit(
          hash,
          async (page) => {
            await page.locator(ready).first().waitFor()
            assert.deepEqual(await serious(page), [], hash)
          },
          { colorScheme, bypassCSP: true },
        )
      }
    })
  }

  async function serious(page) {
    await page.addScriptTag({ path: AXE })
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    return violations
      .filter((it) => ['serious', 'critical'].includes(it.impact))
      .map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join('; ')}`)
  }

  test('tells what nobody can follow in an address', async () => {
    const WRONG = ['#/run/%', '#/compare?a=%25&b=%25', '#/explain?of=%25', '#/play/openai-aws?set=x', '#/play/openai-aws?draw=abc']
    for (const hash of WRONG) {
      await visit(hash, async (page) => {
        await page.getByRole('heading', { name: 'There is no such view' }).waitFor()
        await page.getByRole('link', { name: 'All runs and scenarios' }).click()
        await page.locator('.what a').first().waitFor()
      })
    }
  })

  test('tells a damaged or foreign picture, and how to mend it', async () => {
    for (const body of ['{"form":1,', '[]', '{"form":99}', 'null', '{"form":1}']) {
      await visit('#/', async (page) => {
        await page.route('**/picture', (it) => it.fulfill({ contentType: 'application/json', body }))
        await page.locator('.what a').first().click()
        await page.getByText(/is damaged|saved in form 99/).waitFor()
        await page.getByText(/play .* again/).waitFor()
      })
    }
  })

  test('keeps eight tabs alive, and catches up where one is looked at again', async () => {
    const context = await chromium.newContext()
    context.setDefaultTimeout(15_000)
    const tabs = []
    for (let nth = 0; nth < 8; nth++) {
      await tabs.at(-1)?.evaluate(look, true)
      tabs.push(await context.newPage())
      await tabs[nth].goto(server.url)
      await tabs[nth].locator('.what a').first().waitFor()
    }
    writeFileSync(join(here, 'later.toml'), readFileSync(join(here, 'mine.toml')))
    await tabs[7].evaluate(look, true)
    await tabs[0].evaluate(look, false)
    await tabs[0].getByRole('link', { name: 'later.toml', exact: true }).waitFor()
    await context.close()

    /** A tab without a head is always seen, so it is told that it is not. */
    function look(hidden) {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
      document.dispatchEvent(new Event('visibilitychange'))
    }
  })

  test('lays no study beside a run, and offers what can be compared', async () => {
    offtake(here, 'risk', 'openai-aws', '--draws', '20')
    await visit('#/', async (page) => {
      const boxes = page.getByRole('checkbox')
      await boxes.nth(2).waitFor()
      await boxes.first().check()
      await boxes.last().check()
      await page.getByRole('link', { name: 'Compare the two' }).click()
      await page.getByText('A study and a run are not laid beside each other').waitFor()
      await page.getByRole('link', { name: 'Compare one play of each' }).click()
      await page.locator('section[aria-labelledby=figures]').waitFor()
    })
  })

  test('finds facts that have all words, in whatever order', () =>
    visit('#/catalogue?find=price+gb300', async (page) => {
      await page.locator('summary').first().waitFor()
      assert.match(await page.locator('main').innerText(), /gb300|openai/i)
    }))

  test('draws stacks of two runs on one scale, each named', () =>
    visit('#/compare?a=%23%2Fplay%2Fopenai-aws&b=%23%2Fplay%2Fopenai-aws%3Fset%3Dfleet.gb300.count%253D120000%2BGPU', async (page) => {
      const work = page.locator('#work')
      await work.scrollIntoViewIfNeeded()
      await work.locator('.each svg text').first().waitFor()
      assert.deepEqual(await work.locator('.other').allInnerTexts(), ['A', 'B'])
      const scales = await work
        .locator('.each > div')
        .evaluateAll((all) => all.map((it) => [...it.querySelectorAll('svg text')].map((text) => text.textContent)))
      const heights = scales.map((it) => it.filter((text) => /^\d+k$/.test(text)))
      assert.ok(heights[0].length > 1)
      assert.deepEqual(heights[1], heights[0])
    }))

  test('offers the tables that a run has', () =>
    visit('#/', async (page) => {
      await page.locator('.what a').last().click()
      await page.getByText('Export', { exact: false }).and(page.locator('summary')).click()
      await page.getByRole('link', { name: 'monthly.csv' }).waitFor()
    }))

  test('says in the page what was changed', () =>
    visit('#/play/openai-aws?set=fleet.gb300.count%3D240000+GPU', (page) =>
      page.getByText('Changed: fleet.gb300.count = 240,000 GPU').waitFor(),
    ))

  test('fits a phone', () =>
    visit(
      '#/',
      async (page) => {
        await page.locator('.what a').first().waitFor()
        for (const hash of ['#/', '#/play/openai-aws', '#/catalogue/rack', '#/edit/mine.toml', '#/odds']) {
          await page.evaluate((it) => (location.hash = it), hash)
          await page.waitForTimeout(300)
          const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
          assert.ok(wide <= screen, `${hash} is ${wide} wide on ${screen}`)
        }
      },
      { viewport: { width: 390, height: 844 } },
    ))
})
