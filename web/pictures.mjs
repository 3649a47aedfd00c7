// Makes the pictures of the guide, as a browser shows the page: `cargo xtask pictures` calls this.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { browser, folder, offtake, open, serve } from './tests/harness.mjs'

const OUT = process.argv[2]
if (!OUT) throw new Error('say where: node pictures.mjs FOLDER')

const WIDE = { viewport: { width: 1280, height: 900 } }
const TALL = { viewport: { width: 1280, height: 1320 } }
const work = folder()
offtake(work, 'report', 'openai-aws', '-o', 'report.html')
offtake(work, 'new', 'mine.toml', '--like', 'openai-aws')

const chromium = await browser()
const server = await serve(work)

/** One picture of what a page shows once it has come to rest. */
async function picture(name, url, options = {}, act = async () => {}) {
  const { page, context, complaints } = await open(chromium, url, { ...WIDE, ...options })
  await act(page)
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(800)
  await page.screenshot({ path: join(OUT, `${name}.png`), animations: 'disabled' })
  await context.close()
  if (complaints.length > 0) throw new Error(`${name}: ${complaints.join('; ')}`)
  console.log(`${name}.png`)
}

const report = pathToFileURL(join(work, 'report.html')).href
const dark = { ...TALL, colorScheme: 'dark' }

try {
  await picture('report', report, TALL)
  await picture('report-dark', report, dark)
  await picture('sliders', `${server.url}#/play/openai-aws`, TALL, async (page) => {
    await page.locator('input[type=range]').first().focus()
    await page.keyboard.press('PageDown')
    await page.keyboard.press('PageDown')
  })
  await picture('compare', `${server.url}#/compare?${new URLSearchParams({
    a: '/play/openai-aws',
    b: '/play/openai-aws?variant=late-power',
  })}`)
  await picture('editor', `${server.url}#/edit/mine.toml`)
} finally {
  server.stop()
  await chromium.close()
}
