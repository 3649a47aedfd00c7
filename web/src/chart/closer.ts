// A closer look at a chart: the hours or the days behind its months, thinned so that no peak is lost.
import type { Chart } from '../picture'
import { DAY, piece, type Span } from '../parts/time'
import { column, sum, type Closer } from './plot'

export interface Thinned {
  /** Of the columns asked for, in their order; where it is known. */
  columns?: { name: string; unit: string; meaning: string }[]
  at: string[]
  low: (number | null)[][]
  high: (number | null)[][]
}

/** Asks for the hours of a span of time, thinned to so many points: ISO moments, half-open. */
export type Hours = (columns: string[], from: string, to: string, points: number) => Promise<Thinned>

const HOUR = DAY / 24
const FOR_HOURS = 125 * DAY
const FOR_DAYS = 430 * DAY

/** Whether a window is narrow enough to ask for its hours. */
export function wantsHours(chart: Chart, window: Span): boolean {
  return chart.hours.length > 0 && window.to - window.from <= FOR_HOURS
}

export async function hoursOf(ask: Hours, chart: Chart, window: Span, points: number): Promise<Closer | null> {
  const [from, to] = [window.from, window.to].map((it) => new Date(it).toISOString().slice(0, 16) + 'Z')
  const it = await ask(chart.hours, from!, to!, points).catch(() => null)
  if (!it?.at.length) return null
  const begins = it.at.map((moment) => piece(moment).from)
  const last = { from: begins.at(-1)!, to: begins.at(-1)! + (begins.length > 1 ? begins[1]! - begins[0]! : HOUR) }
  const pieces = begins.map((from, n) => ({ from, to: begins[n + 1] ?? last.to }))
  return gathered(chart, pieces, chart.hours.map((name, n) => ({ name, low: it.low[n] ?? [], high: it.high[n] ?? [] })))
}

/** The days of a chart whose window is narrow enough to show them, each from its lowest to its highest hour. */
export function daysOf(daily: Chart, chart: Chart, window: Span): Closer | null {
  if (window.to - window.from > FOR_DAYS) return null
  const days = daily.table.columns[0]?.cells.map((it) => piece(it)) ?? []
  const cells = (name: string | null) => (column(daily, name)?.cells ?? []).map((it) => (typeof it === 'number' ? it : null))
  const bands = daily.series.filter((it) => it.style === 'band')
  return gathered(chart, days, bands.map((it) => ({ name: it.column.replace(/\.high$/, ''), low: cells(it.low), high: cells(it.column) })))
}

interface Column {
  name: string
  low: (number | null)[]
  high: (number | null)[]
}

/** The series of a chart by shorter pieces; columns that one series shows together are summed. */
function gathered(chart: Chart, pieces: Span[], columns: Column[]): Closer | null {
  const placed = columns.map((it) => ({ ...it, place: placeOf(chart, it.name) })).filter((it) => it.place.series >= 0)
  const lines = chart.series.flatMap((_, series) => {
    const own = placed.filter((it) => it.place.series === series)
    const together = (edge: 'low' | 'high') => pieces.map((_, n) => (own.some((it) => it[edge][n] == null) ? null : sum(own.map((it) => it[edge][n]!))))
    return own.length ? [{ series, label: own[0]!.place.label, low: together('low'), high: together('high') }] : []
  })
  return lines.length ? { pieces, lines } : null
}

/** The series that shows a column from afar: of its name, of the name's last word, or the first of the same thing. */
function placeOf(chart: Chart, name: string): { series: number; label: string } {
  const dot = name.lastIndexOf('.') + 1
  const find = (is: (column: string) => boolean) => chart.series.findIndex((it) => is(it.column))
  const exact = [find((it) => it === name), find((it) => it === name.slice(dot))].find((it) => it >= 0)
  if (exact !== undefined) return { series: exact, label: chart.series[exact]!.label }
  const parts = chart.series.filter((it) => dot > 0 && it.column.startsWith(name.slice(0, dot)))
  const label = parts[0]?.label ?? ''
  return { series: parts[0] ? chart.series.indexOf(parts[0]) : -1, label: parts.length > 1 ? label.split(': ')[0]! : label }
}
