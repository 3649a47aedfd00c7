// A closer look at a chart: the hours behind its months, thinned so that no peak is lost.
import type { Chart } from '../picture'
import type { Span } from '../parts/time'
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

export async function closerLook(ask: Hours, chart: Chart, window: Span, points: number): Promise<Closer | null> {
  const [from, to] = [window.from, window.to].map((it) => new Date(it).toISOString().slice(0, 16) + 'Z')
  const it = await ask(chart.hours, from!, to!, points).catch(() => null)
  if (!it?.at.length) return null
  const lines = chart.hours.map((name, n) => {
    const own = seriesOf(chart, name)
    const series = chart.series[own]
    const known = it.columns?.[n]
    return {
      label: series?.label ?? known?.meaning ?? name,
      unit: known?.unit ?? column(chart, series?.column ?? null)?.unit ?? chart.unit,
      colour: colour(own < 0 ? chart.series.length + n : own),
      low: it.low[n] ?? [],
      high: it.high[n] ?? [],
    }
  })
  return { at: it.at.map((moment) => Date.parse(moment)), lines }
}

/** The series that shows an hourly column from afar: of the same name, else the first of the same thing. */
function seriesOf(chart: Chart, hourly: string): number {
  const same = chart.series.findIndex((it) => it.column === hourly)
  const thing = hourly.slice(0, hourly.lastIndexOf('.') + 1)
  return same >= 0 || !thing ? same : chart.series.findIndex((it) => it.column.startsWith(thing))
}
