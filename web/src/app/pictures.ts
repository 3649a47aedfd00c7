// Pictures that were seen, so that Back shows them at once.
import type { Picture } from '../picture'
import { api, type Side } from './api'

const KEPT = 12
const seen = new Map<string, Picture>()

export function isSeen(side: Side): boolean {
  return seen.has(JSON.stringify(side))
}

export async function pictureOf(side: Side, signal?: AbortSignal): Promise<Picture> {
  const key = JSON.stringify(side)
  const known = seen.get(key)
  if (known) return known
  const picture =
    'run' in side ? await api.picture(side.run, signal) : await api.play(side.play, true, signal)
  seen.set(key, picture)
  for (const oldest of seen.keys()) if (seen.size > KEPT) seen.delete(oldest)
  return picture
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
