// Moments as milliseconds since 1970, always UTC; a cell of a time column is a piece of time.

/** From its first moment to the first that is no longer in it. */
export interface Span {
  from: number
  to: number
}

export const DAY = 86_400_000

/** The piece of time that a cell names: a year, a month, a day or an hour. */
export function piece(cell: string | number | null): Span {
  const [date = '', hour] = String(cell).split('T')
  const [year = 1970, month, day] = date.split('-').map(Number)
  if (hour !== undefined) {
    const from = Date.parse(String(cell).replace(/(T\d\d:\d\d)Z$/, '$1:00Z'))
    return { from, to: from + 3_600_000 }
  }
  if (month === undefined) return { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) }
  if (day === undefined) return { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) }
  const from = Date.UTC(year, month - 1, day)
  return { from, to: from + DAY }
}

/** What lies in both. */
export function clip(it: Span, within: Span): Span {
  return { from: Math.max(it.from, within.from), to: Math.min(it.to, within.to) }
}

export function middle(it: Span): number {
  return (it.from + it.to) / 2
}

/** `2027-03-01` */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** A piece of time as a reader wants it: `2027`, `Mar 2027`, `5 Mar 2027`, `5 Mar 2027, 14:00 UTC`. */
export function told(it: Span): string {
  const at = new Date(it.from)
  const length = it.to - it.from
  const month = `${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`
  if (length > 40 * DAY) return String(at.getUTCFullYear())
  if (length > 2 * DAY) return month
  if (length >= DAY) return `${at.getUTCDate()} ${month}`
  return `${at.getUTCDate()} ${month}, ${at.toISOString().slice(11, 16)} UTC`
}

/** `16 May` */
export function dayAndMonth(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

const STEPS = [1, 2, 3, 6, 12, 24, 60, 120]

/** Where a time axis is marked, and with what: about `count` marks, and no fewer than two. */
export function marks(it: Span, count: number): Tick[] {
  const days = (it.to - it.from) / DAY
  const fits = STEPS.findIndex((n) => days / (n * 30.4) <= count)
  const widest = fits < 0 ? STEPS.length - 1 : fits
  const byMonth = days > 75 ? STEPS.slice(0, widest + 1).map((step) => monthMarks(it, step)) : []
  return byMonth.findLast((ticks) => ticks.length > 1) ?? dayMarks(it, [1, 2, 7, 14].find((n) => days / n <= count) ?? 30)
}

interface Tick {
  at: number
  label: string
}

function monthMarks(it: Span, step: number): Tick[] {
  const out: Tick[] = []
  const first = new Date(it.from)
  const start = first.getUTCFullYear() * 12 + first.getUTCMonth()
  for (let n = Math.ceil(start / step) * step; ; n += step) {
    const at = Date.UTC(Math.floor(n / 12), n % 12)
    if (at > it.to) return out
    if (at >= it.from) out.push({ at, label: ofMonth(n, step, out.length === 0) })
  }
}

function dayMarks(it: Span, step: number): Tick[] {
  const out: Tick[] = []
  for (let at = Math.ceil(it.from / DAY) * DAY; at <= it.to; at += step * DAY) {
    const year = out.length === 0 ? ` ${new Date(at).getUTCFullYear()}` : ''
    out.push({ at, label: dayAndMonth(at) + year })
  }
  return out
}

/** Of months the first says which year it is, and so does each January. */
function ofMonth(n: number, step: number, isFirst: boolean): string {
  const year = Math.floor(n / 12)
  if (step >= 12 || n % 12 === 0) return String(year)
  return isFirst ? `${MONTHS[n % 12]} ${year}` : MONTHS[n % 12]!
}
