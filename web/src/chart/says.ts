// What a plot says at a moment.
import { scaled } from '../parts/numbers'
import { DAY, dayAndMonth, hour, told } from '../parts/time'
import { rowAt, sum, type Line, type Plot, type Sign } from './plot'

export interface Saying {
  head: string
  rows: { line: Sign | null; label: string; told: string; y: number | null }[]
}

export function says(plot: Plot, moment: number): Saying | null {
  const row = rowAt(plot, moment)
  const at = plot.rows[row]
  if (!at) return null
  const head = plot.isTime ? told(at) : `${plot.across.meaning}: ${scaled(at.from, plot.across.unit)}`
  const isStack = (it: Line) => it.series.style === 'stack'
  const fromTheTop = [...plot.lines.filter(isStack).toReversed(), ...plot.lines.filter((it) => !isStack(it))]
  const rows = fromTheTop.map((line) => ofLine(plot, line, moment))
  return { head, rows: [...rows, ...ofCloser(plot, moment)].filter((it) => it.told !== '') }
}

function ofLine(plot: Plot, line: Line, moment: number) {
  const inIt = plot.isTime
    ? (it: Line['points'][number]) => it.at.from <= moment && moment < it.at.to
    : (it: Line['points'][number]) => it.x === plot.rows[rowAt(plot, moment)]?.from
  const n = line.points.findIndex(inIt)
  const point = line.points[n]
  const silent = { line, label: line.label, told: '', y: null }
  if (!point || point.y === null) return silent
  if (line.series.style === 'band') {
    if (point.low === null) return silent
    return { ...silent, told: `${scaled(point.low, line.unit)} to ${scaled(point.y, line.unit)}` }
  }
  const y = line.series.style === 'stack' ? below(plot, line, n) + point.y : point.y
  return { ...silent, told: scaled(point.y, line.unit), y }
}

function below(plot: Plot, line: Line, n: number): number {
  const under = plot.lines.slice(0, plot.lines.indexOf(line)).filter((it) => it.series.style === 'stack')
  return sum(under.map((it) => it.points[n]?.y ?? 0))
}

function ofCloser(plot: Plot, moment: number) {
  const { closer } = plot
  if (!closer) return []
  const n = closer.at.findLastIndex((it) => it <= moment)
  return closer.lines.map((it) => {
    const [low, high] = [it.low[n] ?? null, it.high[n] ?? null]
    if (low === null || high === null) return { line: null, label: '', told: '', y: null }
    const label = `${it.label}, ${when(closer.at, n)}`
    const edges = [low, high].map((edge) => scaled(edge, it.unit))
    const series = { column: '', low: null, label, style: 'band', kind: 'simulated' } as const
    const line: Sign = { series, colour: it.colour, symbol: 'circle', isPale: false, other: false }
    return { line, label, told: edges[0] === edges[1] ? edges[0]! : edges.join(' to '), y: null }
  })
}

/** The day of a piece, and its hour where there are several a day. */
function when(all: number[], n: number): string {
  const at = all[n]!
  return (all[1] ?? 0) - (all[0] ?? 0) >= DAY ? dayAndMonth(at) : hour(at)
}
