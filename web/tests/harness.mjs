// What every browser test needs: the program, a browser, and an eye on what a page asks for and complains of.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const HERE = dirname(fileURLToPath(import.meta.url))

/** The program that is tested: `OFFTAKE`, else the release build beside this folder. */
export const OFFTAKE = resolve(process.env.OFFTAKE ?? join(HERE, '../../target/release/offtake'))

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** An empty folder that is gone when the tests are over. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'offtake-web-'))
  process.on('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Runs the program in a folder and returns what it prints. */
export function offtake(cwd, ...args) {
  return execFileSync(OFFTAKE, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Starts `offtake serve` in a folder; answers when it listens. */
export async function serve(cwd, ...args) {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const child = spawn(OFFTAKE, ['serve', ...port, ...args], { cwd })
  const url = await new Promise((found, failed) => {
    let told = ''
    child.stderr.on('data', (text) => {
      told += text
      const it = told.match(/http:\/\/[^\s]+/)
      if (it) found(it[0])
    })
    child.on('exit', () => failed(new Error(`offtake serve ended: ${told}`)))
  })
  return { url, child, stop: () => child.kill() }
}

export async function browser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
}

/** A page that remembers what it complained of, and what it asked for beyond its own origin. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints = []
  const foreign = []
  page.on('console', (it) => {
    if (it.type() === 'error' || it.type() === 'warning') complaints.push(it.text())
  })
  page.on('pageerror', (it) => complaints.push(String(it)))
  const own = new URL(url)
  const isOwn = (it) =>
    ['data:', 'blob:', 'about:'].includes(it.protocol) ||
    (it.protocol === own.protocol && it.host === own.host)
  page.on('request', (it) => {
    if (!isOwn(new URL(it.url()))) foreign.push(it.url())
  })
  await page.goto(url)
  return { page, complaints, foreign, context }
}
