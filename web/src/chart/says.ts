// What a plot says at a moment.
import { scaled } from '../parts/numbers'
import { told } from '../parts/time'
import { rowAt, sum, type Line, type Plot, type Point, type Sign } from './plot'

interface Row {
  line: Sign | null
  label: string
  told: string
  y: number | null
}

export interface Saying {
  head: string
  rows: Row[]
  /** The one line that says most, for where nobody points. */
  short: Row[]
}

export function says(plot: Plot, moment: number): Saying | null {
  const row = rowAt(plot, moment)
  const at = plot.rows[row]
  if (!at) return null
  const head = plot.isTime ? told(at) : `${plot.across.meaning}: ${scaled(at.from, plot.across.unit)}`
  const isStack = (it: Line) => it.series.style === 'stack'
  const fromTheTop = [...plot.lines.filter(isStack).toReversed(), ...plot.lines.filter((it) => !isStack(it))]
  const rows = fromTheTop.map((line) => ofLine(plot, line, moment))
  const full = rows.filter((it) => it.told !== '')
  return { head, rows: full, short: together(plot, full) ?? full.filter((it) => it.y !== null).slice(0, 1) }
}

/** What stands on each other, in one. */
function together(plot: Plot, rows: Row[]): Row[] | null {
  const top = Math.max(...rows.map((it) => (it.line?.series.style === 'stack' ? (it.y ?? 0) : -Infinity)))
  if (plot.lines.filter((it) => it.series.style === 'stack').length < 2 || !Number.isFinite(top)) return null
  return [{ line: null, label: 'together', told: scaled(top, plot.unit), y: top }]
}

function ofLine(plot: Plot, line: Line, moment: number) {
  const inIt = plot.isTime
    ? (it: Point) => it.at.from <= moment && moment < it.at.to
    : (it: Point) => it.x === plot.rows[rowAt(plot, moment)]?.from
  const n = line.points.findIndex(inIt)
  const point = line.points[n]
  const silent = { line, label: line.label, told: '', y: null }
  if (!point || point.y === null) return silent
  if (line.series.style === 'band') {
    if (point.low === null) return silent
    return { ...silent, told: fromTo(point.low, point.y, line.unit) }
  }
  const y = line.series.style === 'stack' ? below(plot, line, n) + point.y : point.y
  return { ...silent, told: fromTo(...(point.within ?? [point.y, point.y]), line.unit), y }
}

function fromTo(low: number, high: number, unit: string): string {
  const [least, most] = [scaled(low, unit), scaled(high, unit)]
  return least === most ? most : `${least} to ${most}`
}

function below(plot: Plot, line: Line, n: number): number {
  const under = plot.lines.slice(0, plot.lines.indexOf(line)).filter((it) => it.series.style === 'stack')
  return sum(under.map((it) => it.points[n]?.y ?? 0))
}
