// Pictures that were seen, so that Back shows them at once.
import type { Picture } from '../picture'
import { api, Refusal, type Side } from './api'

const KEPT = 12
const FORM = 1
const LISTS = ['numbers', 'levers', 'charts', 'claims', 'pulls', 'figures', 'stages', 'inputs', 'tables'] as const
const seen = new Map<string, Picture>()

export function isSeen(side: Side): boolean {
  return seen.has(JSON.stringify(side))
}

export async function pictureOf(side: Side, signal?: AbortSignal): Promise<Picture> {
  const key = JSON.stringify(side)
  const known = seen.get(key)
  if (known) return known
  const picture =
    'run' in side
      ? legible(await api.picture(side.run, signal), side.run)
      : await api.play(side.play, true, signal)
  seen.set(key, picture)
  for (const oldest of seen.keys()) if (seen.size > KEPT) seen.delete(oldest)
  return picture
}

/** What was saved may be of another version, or damaged: then it says so, and how to mend it. */
function legible(told: Partial<Picture> | null, run: string): Picture {
  if (told?.form !== undefined && told.form !== FORM) {
    const why = `${run} was saved in form ${told.form}, and this page reads form ${FORM}.`
    throw new Refusal(0, why, `Open it with the program that saved it, or ${playAgain(told)}.`)
  }
  if (!told || LISTS.some((it) => !Array.isArray(told[it]))) {
    throw new Refusal(0, `The picture of ${run} is damaged: runs/${run}/picture.json holds no run.`, `To mend it, ${playAgain(told)}.`)
  }
  return told as Picture
}

function playAgain(told: Partial<Picture> | null): string {
  const { of, scenario, draws } = told ?? {}
  if (!scenario) return 'play its scenario again'
  return `play it again: offtake ${of === 'risk' ? `risk ${scenario} --draws ${draws}` : `run ${scenario}`}`
}

/** A scenario changed on disk, so what was played of it no longer holds. */
export function forget(scenario: string) {
  forgetWhere((it) => it === scenario)
}

/** Any file may have changed; stories that are built in have not. */
export function forgetFiles() {
  forgetWhere((it) => it.endsWith('.toml'))
}

function forgetWhere(isStale: (scenario: string) => boolean) {
  for (const key of seen.keys()) {
    const side = JSON.parse(key) as Side
    if ('play' in side && isStale(side.play.scenario)) seen.delete(key)
  }
}
