// How what only the live page says is worded: moments, commands, how long is left.
import type { Headline, Lever } from '../picture'
import { scaled } from '../parts/numbers'
import { day, DAY } from '../parts/time'
import type { Play } from './api'

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export function moment(iso: string): string {
  return MOMENT.format(new Date(iso))
}

/** What plays the same in a terminal. */
export function command(play: Play, verb = 'offtake run'): string {
  const name = play.variant ? `${play.scenario}#${play.variant}` : play.scenario
  const words = [verb, quoted(name)]
  for (const [path, value] of play.set) words.push('--set', quoted(`${path}=${value}`))
  if (play.draw !== null) words.push('--draw', String(play.draw))
  if (play.seed !== null) words.push('--seed', String(play.seed))
  return words.join(' ')
}

function quoted(word: string): string {
  return /^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** "1 min 20 s left" */
export function left(seconds: number | null): string {
  if (seconds === null) return ''
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s left` : `${Math.floor(whole / 60)} min ${whole % 60} s left`
}

/** What `--set` is told for a lever at a value. */
export function written(lever: Lever, value: number): string {
  if (lever.unit === 'date') return day(value * DAY)
  const number = String(Number(value.toPrecision(12)))
  return lever.unit ? `${number} ${lever.unit}` : number
}

/** The same to be read: `230,000 GPU`. */
export function shownAt(lever: Lever, value: number): string {
  if (lever.unit === 'date') return day(value * DAY)
  return `${value.toLocaleString('en', { maximumFractionDigits: 6 })} ${lever.unit}`.trim()
}

/** What was set, with its thousands told apart: `240,000 GPU`. */
export function spelled(value: string): string {
  return value.replace(/^\d{5,}/, (it) => Number(it).toLocaleString('en'))
}

/** Where a lever stands by what it was set to. */
export function standsAt(lever: Lever, told: string): number {
  return lever.unit === 'date' ? Date.parse(told) / DAY : Number.parseFloat(told)
}

/** By how much a number moved: `+$0.23 (+8.6 %)`. Nothing where it is no number. */
export function difference(was: Headline, is: Headline): string {
  if (was.value == null || is.value == null) return ''
  const by = is.value - was.value
  const sign = by < 0 ? '−' : '+'
  const unit = is.unit.split('/')[0]!
  if (unit === 'share') return `${sign}${(Math.abs(by) * 100).toFixed(1)} points`
  const part = was.value === 0 ? '' : ` (${sign}${(Math.abs(by / was.value) * 100).toFixed(1)} %)`
  return `${sign}${scaled(Math.abs(by), unit)}${part}`
}
