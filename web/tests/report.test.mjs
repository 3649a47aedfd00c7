// The file that is mailed: what a reader can do with it, without a network and without a mouse.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import typescript from 'typescript'
import { browser, folder, offtake, open } from './harness.mjs'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const TIME = 'figure.chart [role=slider][aria-label*="a moment"]'

describe('a report', { concurrency: false }, () => {
  let chromium, url, book, picture, figures

  before(async () => {
    const here = folder()
    offtake(here, 'run', 'openai-aws', '--out', 'aws', '--quiet')
    offtake(here, 'report', 'aws', '-o', 'aws.html')
    url = pathToFileURL(join(here, 'aws.html')).href
    offtake(here, 'run', 'openai-book', '--out', 'book', '--quiet')
    offtake(here, 'report', 'book', '-o', 'book.html')
    book = pathToFileURL(join(here, 'book.html')).href
    picture = JSON.parse(readFileSync(join(here, 'aws/picture.json'), 'utf8'))
    figures = JSON.parse(readFileSync(join(here, 'aws/run.json'), 'utf8')).figures
    chromium = await browser()
  })
  after(() => chromium?.close())

  /** Opens it, lets a test look, and holds that it neither complained nor asked for anything. */
  async function read(look, { hash = '', of = url, change = null, ...options } = {}) {
    const from = change ? altered(change) : of
    const { page, complaints, foreign, context } = await open(chromium, from + hash, options)
    await look(page)
    assert.deepEqual(complaints, [])
    assert.deepEqual(foreign, [])
    await context.close()
  }

  const timeCharts = () => picture.charts.filter((it) => it.form === 'time' && !it.id.endsWith('.daily'))
  const drawAll = async (page) => {
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    const isDrawn = () => [...document.querySelectorAll('figure.chart')].every((it) => it.querySelector('.drawing svg path'))
    await page.waitForFunction(isDrawn)
  }
  /** What was asked for stands on the screen two frames later. */
  const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const button = (page, name) => page.getByRole('button', { name, exact: true })

  test('opens with its sentence, its numbers and its charts, and asks nobody for anything', () =>
    read(async (page) => {
      assert.equal(await page.locator('h1').innerText(), picture.title)
      assert.equal(await page.locator('.sentence').innerText(), picture.sentence)
      assert.equal(await page.locator('.numbers li').count(), picture.numbers.length)
      await drawAll(page)
      const shown = picture.charts.filter((it) => !it.id.endsWith('.daily'))
      assert.equal(await page.locator('figure.chart').count(), shown.length)
    }))

  test('draws only what is near, and all of it for paper', () =>
    read(async (page) => {
      await page.locator('.drawing svg').first().waitFor()
      const count = () => page.locator('.drawing svg').count()
      const all = await page.locator('figure.chart').count()
      assert.ok((await count()) < all)
      await drawAll(page)
      assert.ok((await count()) >= all)
    }))

  test('shows the moment under the cursor in every time chart', () =>
    read(async (page) => {
      await drawAll(page)
      await page.locator(TIME).first().hover({ position: { x: 400, y: 100 } })
      const heads = await page.locator('figure.chart .tip b').allInnerTexts()
      assert.equal(heads.length, timeCharts().length)
      const year = heads[0].slice(-4)
      assert.ok(heads.every((it) => it.endsWith(year)), heads.join())
      const rows = await page.locator('figure.chart .tip').evaluateAll((all) => all.map((it) => it.querySelectorAll('.row').length))
      assert.ok(rows[0] > 1 && rows.slice(1).every((it) => it === 1), `only where one points a tip is long: ${rows}`)
      await page.mouse.move(2, 2)
      assert.equal(await page.locator('figure.chart .tip').count(), 0)
    }))

  test('keeps what a finger pointed at', () =>
    read(
      async (page) => {
        await drawAll(page)
        await page.locator(TIME).first().tap({ position: { x: 180, y: 100 } })
        assert.equal(await page.locator('figure.chart .tip').count(), timeCharts().length)
      },
      { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true },
    ))

  test('zooms all time charts together, and its address says where', () =>
    read(async (page) => {
      await drawAll(page)
      const ids = timeCharts().map((it) => it.id)
      const marks = () => page.evaluate((ids) => ids.map((id) => document.querySelector(`[id="${id}"] .drawing svg`).textContent), ids)
      const before = await marks()
      await page.locator(TIME).first().scrollIntoViewIfNeeded()
      const box = await page.locator(TIME).first().boundingBox()
      await page.mouse.move(box.x + 200, box.y + 80)
      await page.mouse.down()
      await page.mouse.move(box.x + 260, box.y + 80, { steps: 3 })
      await page.mouse.up()
      await drawn(page)
      const closer = await marks()
      assert.deepEqual(ids.filter((_, n) => closer[n] === before[n]), [])
      assert.match(page.url(), /zoom=\d{4}-\d\d-\d\d~\d{4}-\d\d-\d\d/)
      await button(page, 'Show all').click()
      await drawn(page)
      assert.deepEqual(await marks(), before)
    }))

  test('draws days as the months are drawn: the same areas on each other, by the same names', () =>
    read(
      async (page) => {
        await drawAll(page)
        const work = page.locator('#work .drawing svg')
        const texts = await work.locator('text').allTextContents()
        for (const it of ['chat', 'frontier-training', 'research', 'idle', 'down']) assert.ok(texts.includes(it), `${it}: ${texts}`)
        assert.ok(texts.includes('250k') || texts.includes('300k'), `all together are as high as the fleet: ${texts}`)
        const areas = await work.locator('path[fill^="var(--series"]').count()
        assert.ok(areas >= 5, `${areas} areas`)
      },
      { hash: '#zoom=2028-05-01~2028-06-10' },
    ))

  /** The same file with another picture in it. */
  function altered(change) {
    const path = fileURLToPath(url)
    const other = structuredClone(picture)
    change(other)
    const html = readFileSync(path, 'utf8').replace(/(id="picture">)[^]*?(<\/script>)/, (_, before, after) => before + JSON.stringify(other).replaceAll('<', '\\u003c') + after)
    writeFileSync(path.replace('.html', '-altered.html'), html)
    return url.replace('.html', '-altered.html')
  }

  test('makes no link of an address that leads elsewhere than into the web', () =>
    read(
      async (page) => {
        assert.ok((await page.locator('#inputs').innerText()).includes('javascript:alert(1)'))
        const links = await page.locator('a').evaluateAll((all) => all.map((it) => it.getAttribute('href')))
        assert.deepEqual(links.filter((it) => !/^(#|https?:)/.test(it)), [])
      },
      { change: (it) => it.sources.push({ name: 'evil', title: 'Evil', date: null, link: 'javascript:alert(1)', inputs: 1 }) },
    ))

  test('stands with a title of one long word and an address that says nothing', () =>
    read(
      async (page) => {
        await page.locator('h1').waitFor()
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
      },
      { change: (it) => (it.title = 'a'.repeat(300)), hash: '#%', viewport: { width: 390, height: 780 } },
    ))

  test('shows every assumption that has a range, what pulls most first', () =>
    read(async (page) => {
      const ranged = picture.inputs.filter((it) => it.kind === 'assumed' && it.range).map((it) => it.path)
      const shown = await page.locator('#assumed dt').allTextContents()
      assert.deepEqual(shown.slice(0, ranged.length).toSorted(), ranged.toSorted())
      const pulling = picture.pulls.map((it) => it.input).filter((it) => ranged.includes(it))
      assert.deepEqual(shown.slice(0, new Set(pulling).size), [...new Set(pulling)])
    }))

  test('prints every input and assumption, and no table beyond the paper’s edge', () =>
    read(
      async (page) => {
        await page.emulateMedia({ media: 'print' })
        await drawAll(page)
        assert.equal(await page.locator('#inputs tbody tr').count(), picture.inputs.length)
        assert.equal(await page.locator('#assumed dt').count(), picture.inputs.filter((it) => it.kind === 'assumed' && it.is_number).length)
        const right = await page.locator('table').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().right))
        assert.ok(Math.max(...right) <= 673, String(right))
        const tops = await page.locator('.numbers li').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top))
        assert.equal(new Set(tops).size, 1)
      },
      { viewport: { width: 673, height: 980 } },
    ))

  test('can be read with the keyboard alone: into a figure’s ancestry and out again', () =>
    read(async (page) => {
      await page.keyboard.press('Tab')
      assert.equal(await page.locator(':focus').innerText(), 'Skip to the answer')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      const number = await page.locator(':focus').innerText()
      assert.match(number, /where does this come from/i)
      await page.keyboard.press('Enter')
      const drawer = page.getByRole('dialog')
      await drawer.waitFor()
      const figure = picture.figures.find((it) => it.id === picture.numbers[0].id)
      assert.equal(await drawer.locator('h2').innerText(), figure.label)
      assert.ok(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement)))
      await button(drawer, 'Unfold all').press('Enter')
      const first = picture.inputs[Math.min(...reached(figure.of))]
      assert.ok((await drawer.innerText()).includes(first.place))
      await page.keyboard.press('Escape')
      assert.equal(await drawer.count(), 0)
      assert.equal(await page.locator(':focus').innerText(), number)
    }))

  /** Every input under a figure. */
  function reached(of, seen = new Set()) {
    const under = of.stages.filter((it) => !seen.has(it))
    under.forEach((it) => seen.add(it))
    return [...of.inputs, ...under.flatMap((it) => reached(picture.stages[it].of, seen))]
  }

  test('tells a chart’s values to the keyboard', () =>
    read(async (page) => {
      const slider = page.locator(TIME).first()
      await slider.focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('ArrowRight')
      const told = await slider.getAttribute('aria-valuetext')
      const series = timeCharts()[0].series[0]
      assert.ok(told.includes(series.label), told)
      assert.equal(await slider.getAttribute('aria-valuenow'), '1')
    }))

  test('gives each chart’s rows as CSV, unit in the first line', () =>
    read(async (page) => {
      for (const chart of [timeCharts()[0], picture.charts.find((it) => it.form !== 'time')]) {
        const text = await taken(page, `CSV of ${chart.title}`)
        const [head, ...rows] = text.trimEnd().split('\n')
        const columns = chart.table.columns
        assert.equal(head, columns.map((it) => (it.unit ? `${it.name} [${it.unit}]` : it.name)).join(','))
        assert.deepEqual(
          rows,
          columns[0].cells.map((_, row) => columns.map((it) => it.cells[row] ?? '').join(',')),
        )
      }
    }))

  test('gives each chart as a drawing that stands alone', () =>
    read(async (page) => {
      await drawAll(page)
      for (const chart of picture.charts.filter((it) => !it.id.endsWith('.daily'))) {
        const text = await taken(page, `SVG of ${chart.title}`)
        const wrong = await page.evaluate(
          (it) => new DOMParser().parseFromString(it, 'image/svg+xml').querySelector('parsererror')?.textContent,
          text,
        )
        assert.equal(wrong, undefined, chart.id)
        assert.ok(!text.includes('var(--'), `${chart.id} names a colour of the page`)
      }
    }))

  async function taken(page, name) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
    return readFileSync(await download.path(), 'utf8')
  }

  test('shows a chart’s table in its place, and a permalink to it does the same', () =>
    read(async (page) => {
      const chart = timeCharts()[0]
      await button(page, `Table of ${chart.title}`).click()
      const rows = page.locator(`[id="${chart.id}"] tbody tr`)
      assert.equal(await rows.count(), chart.table.columns[0].cells.length)
      const link = page.url()
      await page.goto('about:blank')
      await page.goto(link)
      assert.equal(await rows.count(), chart.table.columns[0].cells.length)
    }))

  test('tells a number as the program does', async () => {
    const source = readFileSync(new URL('../src/parts/numbers.ts', import.meta.url), 'utf8')
    const { outputText } = typescript.transpileModule(source, { compilerOptions: { module: 'ESNext', target: 'ES2022' } })
    const { scaled } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`)
    const shown = new Map(picture.figures.map((it) => [it.id, it.shown]))
    const numbers = figures.filter((it) => typeof it.value === 'number')
    assert.ok(numbers.length > 50)
    for (const { id, value, unit } of numbers) assert.equal(scaled(value, unit), shown.get(id), id)
  })

  test('finds an input by a word, a mark and an order', () =>
    read(async (page) => {
      const rows = page.locator('#inputs tbody tr')
      await page.getByRole('searchbox').fill('price')
      const told = await rows.allInnerTexts()
      assert.ok(told.length > 0 && told.every((it) => it.toLowerCase().includes('price')))
      await page.getByRole('searchbox').fill('')
      await page.locator('#inputs').getByRole('button', { name: 'assumed' }).click()
      const marks = await rows.locator('td:nth-of-type(2)').allInnerTexts()
      assert.ok(marks.length > 0 && marks.every((it) => it.trim() === 'assumed'))
    }))

  test('is dark where the system is, light where the reader says so', () =>
    read(
      async (page) => {
        const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
        const dark = await paper()
        await page.getByRole('radio', { name: 'light' }).check()
        assert.notEqual(await paper(), dark)
        assert.match(page.url(), /theme=light/)
      },
      { colorScheme: 'dark' },
    ))

  /** Of each drawing: which texts stick out of it, whether it goes over time, how many years it marks. */
  function letters(drawings) {
    return drawings.map((svg) => {
      const [edge, texts] = [svg.getBoundingClientRect(), [...svg.querySelectorAll('text')]]
      const isOutside = (it) => it.width > 0 && (it.left < edge.left - 1 || it.right > edge.right + 1 || it.bottom > edge.bottom + 1)
      return {
        outside: texts.filter((it) => isOutside(it.getBoundingClientRect())).map((it) => it.textContent),
        isTime: svg.closest('.xy')?.querySelector('[aria-label*="a moment"]') != null,
        years: texts.filter((it) => /^20\d\d$/.test(it.textContent)).length,
      }
    })
  }

  for (const width of [390, 672, 1280]) {
    test(`lets no letter of a drawing stand outside it at ${width} pixels, and marks its time twice or more`, () =>
      read(
        async (page) => {
          await drawAll(page)
          const drawings = await page.locator('.drawing svg').evaluateAll(letters)
          assert.deepEqual(drawings.flatMap((it) => it.outside), [])
          const times = drawings.filter((it) => it.isTime)
          assert.ok(times.length > 0 && times.every((it) => it.years > 1))
        },
        { of: book, viewport: { width, height: 900 } },
      ))
  }

  for (const width of [360, 1280]) {
    test(`is never scrolled sideways at ${width} pixels`, () =>
      read(
        async (page) => {
          await drawAll(page)
          await page.locator('figure.chart').last().scrollIntoViewIfNeeded()
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
        },
        { viewport: { width, height: 780 } },
      ))
  }

  for (const colorScheme of ['light', 'dark']) {
    test(`has nothing that axe finds serious or moderate, ${colorScheme}`, () =>
      read(
        async (page) => {
          await drawAll(page)
          await button(page, `Table of ${timeCharts()[0].title}`).click()
          await page.addScriptTag({ path: AXE })
          assert.deepEqual(await serious(page), [])
          await page.locator('.numbers button').first().click()
          assert.deepEqual(await serious(page), [])
        },
        { colorScheme, bypassCSP: true },
      ))
  }

  async function serious(page) {
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    const bad = violations.filter((it) => ['moderate', 'serious', 'critical'].includes(it.impact))
    return bad.map((it) => `${it.id}: ${it.nodes.map((node) => node.target).join(' ')}`)
  }

  test('prints as paper: light, all charts drawn, nothing to press', () =>
    read(
      async (page) => {
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
        assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
        assert.equal(paper, 'rgb(255, 255, 255)')
        assert.equal(await page.locator('figure.chart').count(), await page.locator('.drawing:has(svg)').count())
        assert.equal(await page.locator('.tools').first().isVisible(), false)
      },
      { colorScheme: 'dark' },
    ))
})
