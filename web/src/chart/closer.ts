// A closer look at a chart: the hours or the days behind its months, thinned so that no peak is lost.
import type { Chart } from '../picture'
import { DAY, piece, type Span } from '../parts/time'
import { colour } from './palette'
import { column, type Closer } from './plot'

export interface Thinned {
  /** Of the columns asked for, in their order; where it is known. */
  columns?: { name: string; unit: string; meaning: string }[]
  at: string[]
  low: (number | null)[][]
  high: (number | null)[][]
}

/** Asks for the hours of a span of time, thinned to so many points: ISO moments, half-open. */
export type Hours = (columns: string[], from: string, to: string, points: number) => Promise<Thinned>

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
  const lines = chart.hours.map((name, n) => {
    const known = it.columns?.[n]
    const { series, ...place } = seriesOf(chart, name, n)
    return {
      ...place,
      label: series?.label ?? known?.meaning ?? name,
      unit: known?.unit ?? column(chart, series?.column ?? null)?.unit ?? chart.unit,
      low: it.low[n] ?? [],
      high: it.high[n] ?? [],
    }
  })
  return { at: it.at.map((moment) => Date.parse(moment)), lines }
}

/** The days of a window that is narrow enough to show them, each from its lowest to its highest hour. */
export function daysOf(daily: Chart, chart: Chart, window: Span): Closer | null {
  if (window.to - window.from > FOR_DAYS) return null
  const days = daily.table.columns[0]?.cells.map((it) => piece(it)) ?? []
  const inIt = (_: unknown, row: number) => days[row]!.to > window.from && days[row]!.from < window.to
  const cells = (name: string | null) =>
    (column(daily, name)?.cells ?? []).filter(inIt).map((it) => (typeof it === 'number' ? it : null))
  const bands = daily.series.filter((it) => it.style === 'band')
  const lines = bands.map((it, n) => {
    const { series: _, ...place } = seriesOf(chart, it.column.replace(/\.high$/, ''), n)
    return { ...place, label: it.label, unit: daily.unit, low: cells(it.low), high: cells(it.column) }
  })
  return { at: days.filter(inIt).map((it) => it.from), lines }
}

/** The series that shows a column from afar: of its name, of the name's last word, of the same thing. */
function seriesOf(chart: Chart, name: string, n: number) {
  const dot = name.lastIndexOf('.') + 1
  const find = (is: (column: string) => boolean) => chart.series.findIndex((it) => is(it.column))
  const ways = [find((it) => it === name), find((it) => it === name.slice(dot)), find((it) => dot > 0 && it.startsWith(name.slice(0, dot)))]
  const own = ways.find((it) => it >= 0) ?? -1
  return { series: chart.series[own], colour: colour(own < 0 ? chart.series.length + n : own) }
}
