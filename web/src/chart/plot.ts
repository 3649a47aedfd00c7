// What is drawn of a chart over time or over a value, within a window: lines with their points, and the scale.
import type { Chart, Column, Series } from '../picture'
import { clip, middle, piece, type Span } from '../parts/time'
import { colour, COLOURS, INK, symbol } from './palette'
import { scale, type Scale } from './scale'

export interface Point {
  /** The piece of time that it speaks for; of a curve, its value twice. */
  at: Span
  /** Where it stands. */
  x: number
  y: number | null
  /** Of a band, its lower edge. */
  low: number | null
  /** Of a piece of a closer look, its lowest and its highest. */
  within?: [number, number] | null
}

export interface Line {
  series: Series
  label: string
  unit: string
  colour: string
  symbol: string
  /** Its colour was had before, so it is drawn paler. */
  isPale: boolean
  /** Of another run, for comparison. */
  other: boolean
  points: Point[]
}

/** What is needed to draw a line small. */
export type Sign = Pick<Line, 'series' | 'colour' | 'symbol' | 'isPale' | 'other'>

/** The lowest and the highest of pieces that are shorter than a chart's rows, for those of its series where they are known. */
export interface Closer {
  pieces: Span[]
  lines: { series: number; label: string; low: (number | null)[]; high: (number | null)[] }[]
}

export interface Plot {
  isTime: boolean
  /** Of the first column. */
  across: Column
  unit: string
  window: Span
  rows: Span[]
  lines: Line[]
  /** Whether it is drawn by shorter pieces than its rows. */
  isCloser: boolean
  scale: Scale
}

export interface Other {
  label: string
  chart: Chart
}

/** From the first to the last moment, or value, that a chart speaks for. */
export function reach(chart: Chart): Span {
  const all = spans(chart)
  return { from: Math.min(...all.map((it) => it.from)), to: Math.max(...all.map((it) => it.to)) }
}

function spans(chart: Chart): Span[] {
  const cells = chart.table.columns[0]?.cells ?? []
  if (chart.form === 'time') return cells.map(piece)
  return cells.map((it) => ({ from: Number(it), to: Number(it) }))
}

export function column(chart: Chart, name: string | null): Column | undefined {
  return chart.table.columns.find((it) => it.name === name)
}

/** A chart within a window, with others of its kind, on the scale of those beside it, and closer where that is known. */
export function plot(
  chart: Chart,
  all: Span,
  window: Span,
  others: Other[],
  closer: Closer | null,
  beside: Chart[] = [],
): Plot {
  const own = chart.series.map((it, n) => line(chart, it, n, null, all, window))
  const aside = beside.map((it) => it.series.map((series, n) => line(it, series, n, null, all, window)))
  const lines = [
    ...(closer ? closeUp(own, closer, window) : own),
    ...others.flatMap((other) =>
      other.chart.series
        .filter((it) => it.style !== 'limit' && it.style !== 'band')
        .map((it) => {
          const n = chart.series.findIndex((own) => own.column === it.column)
          return line(other.chart, it, Math.max(n, 0), other.label, all, window)
        }),
    ),
  ]
  const rows = closer?.pieces ?? spans(chart).map((it) => (chart.form === 'time' ? clip(it, all) : it))
  return {
    isTime: chart.form === 'time',
    across: chart.table.columns[0]!,
    unit: chart.unit,
    window,
    rows,
    lines,
    isCloser: closer !== null,
    scale: scale([...heights(lines), ...aside.flatMap(heights)]),
  }
}

/** Lines by shorter pieces. What stands on others, or around them, cannot keep its long pieces beside them. */
function closeUp(own: Line[], closer: Closer, window: Span): Line[] {
  return own.flatMap((it, n) => {
    const known = closer.lines.find((line) => line.series === n)
    if (known) return [{ ...it, label: known.label, points: within(pieces(it, closer.pieces, known), window) }]
    return it.series.style === 'stack' || isAround(it) ? [] : [it]
  })
}

/** A line goes along the highest of its pieces; what stands on others is as high as the middle of its pieces. */
function pieces(it: Line, all: Span[], { low, high }: Closer['lines'][number]): Point[] {
  return all.map((at, n) => {
    const [least, most] = [low[n] ?? null, high[n] ?? null]
    const point = { at, x: middle(at), low: null }
    if (least === null || most === null) return { ...point, y: null }
    return { ...point, y: it.series.style === 'stack' ? (least + most) / 2 : most, within: [least, most] }
  })
}

/** Whether it is a band around all that stands on each other. */
export function isAround(it: Line): boolean {
  return it.series.style === 'band' && it.colour === INK
}

function line(chart: Chart, series: Series, n: number, other: string | null, all: Span, window: Span): Line {
  const high = column(chart, series.column)
  const low = column(chart, series.low)
  const points = spans(chart).flatMap((whole, row) => {
    const at = chart.form === 'time' ? clip(whole, all) : whole
    if (at.from > at.to) return []
    return [{ at, x: middle(at), y: number(high, row), low: number(low, row) }]
  })
  return {
    series: other ? { ...series, style: series.style === 'step' ? 'step' : 'line' } : series,
    label: other ? `${series.label}, ${other}` : series.label,
    unit: high?.unit ?? chart.unit,
    colour: colourOf(chart, n),
    symbol: symbol(n),
    isPale: n >= COLOURS,
    other: other !== null,
    points: within(points, window),
  }
}

/** The points of a window, and one on each side so that a line runs out of it. */
function within(points: Point[], window: Span): Point[] {
  const first = points.findIndex((it) => it.at.to >= window.from)
  const last = points.findLastIndex((it) => it.at.from <= window.to)
  return first < 0 ? [] : points.slice(Math.max(first - 1, 0), last + 2)
}

/** Which colour a series has: its own; of a band around another, that other's; ink over what stands on each other. */
export function colourOf(chart: Chart, n: number): string {
  const own = chart.series[n]
  if (own?.style !== 'stack' && chart.series.some((it) => it.style === 'stack')) return INK
  if (own?.style !== 'band') return colour(n)
  const middle = chart.series.findIndex((it) => it.style !== 'band' && own.column.startsWith(`${it.column}.`))
  return colour(middle < 0 ? n : middle)
}

function number(column: Column | undefined, row: number): number | null {
  const it = column?.cells[row]
  return typeof it === 'number' ? it : null
}

function heights(lines: Line[]): number[] {
  const single = lines
    .filter((it) => it.series.style !== 'stack')
    .flatMap((it) => it.points.flatMap((point) => [point.y, point.low, point.within?.[0] ?? null]))
    .filter((it) => it !== null)
  const stacks = lines.filter((it) => it.series.style === 'stack')
  const together = stacks[0]?.points.map((_, row) => sum(stacks.map((it) => it.points[row]?.y ?? 0))) ?? []
  return [...single, ...together]
}

export function sum(all: number[]): number {
  return all.reduce((a, b) => a + b, 0)
}

/** The row that holds a moment, or whose value is nearest; -1 where there is none. */
export function rowAt(plot: Plot, moment: number): number {
  if (plot.isTime) return plot.rows.findIndex((it) => it.from <= moment && moment < it.to)
  const distance = (it: Span) => Math.abs(it.from - moment)
  return plot.rows.reduce((best, it, row) => (distance(it) < distance(plot.rows[best]!) ? row : best), 0)
}
