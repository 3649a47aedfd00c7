// Charts with a bar for each row: amounts, amounts that stand on each other, shares, and pulls around a middle.
import type { Chart } from '../picture'
import { axisName, scaled, tick } from '../parts/numbers'
import type { Option } from './echarts'
import { font, widest } from './letters'
import { colour, FONT, INK, QUIET, RULE } from './palette'
import { column } from './plot'
import { roundMarks } from './scale'

interface Bar {
  row: number
  from: number
  to: number
  /** What stands at its left and at its right end. */
  ends: [string, string]
  colour: string
}

interface Rows {
  names: string[]
  bars: Bar[]
  /** Whether each bar begins where the one above it ended. */
  isFall: boolean
  middle: number | null
  /** Within which each may lie, where that is known: a thin line over its bar. */
  spans: ([number, number] | null)[]
}

function rows(chart: Chart, isNarrow: boolean): Rows {
  const names = chart.table.columns[0]?.cells.map(String) ?? []
  const drawn = chart.series.filter((it) => it.style !== 'limit' && it.style !== 'band')
  const limit = chart.series.find((it) => it.style === 'limit')
  const middle = column(chart, limit?.column ?? null)?.cells.find((it) => typeof it === 'number') ?? null
  const bars = drawn.flatMap((series, n) =>
    names.flatMap((_, row) => {
      const to = column(chart, series.column)?.cells[row]
      if (typeof to !== 'number') return []
      return [bar(chart, series.low, n, row, to, isNarrow)]
    }),
  )
  const band = chart.series.find((it) => it.style === 'band')
  const [lows, highs] = [band?.low ?? null, band?.column ?? null].map((it) => column(chart, it)?.cells)
  const spans = names.map((_, row): Rows['spans'][number] => {
    const [low, high] = [lows?.[row], highs?.[row]]
    return typeof low === 'number' && typeof high === 'number' ? [low, high] : null
  })
  return { names, bars, spans, isFall: chart.form === 'waterfall', middle: middle as number | null }
}

function bar(chart: Chart, lowName: string | null, n: number, row: number, value: number, isNarrow: boolean): Bar {
  const told = (it: number) => scaled(it, shortUnit(chart))
  if (chart.form === 'waterfall') {
    const from = Number((column(chart, 'begins') ?? chart.table.columns[2])?.cells[row] ?? 0)
    const role = column(chart, 'role')?.cells[row]
    const isTotal = role ? role === 'stands' : from === 0 && value >= 0
    const shown = isTotal || value < 0 ? told(value) : `+${told(value)}`
    return { row, from, to: from + value, ends: ['', shown], colour: colour(isTotal ? 0 : value < 0 ? 1 : 2) }
  }
  const low = column(chart, lowName)?.cells[row]
  /** At which end of its input a bar ends, where there is room to say it. */
  const input = (end: string) => (isNarrow ? '' : String(column(chart, end)?.cells[row] ?? ''))
  if (typeof low !== 'number') return { row, from: 0, to: value, ends: ['', told(value)], colour: colour(n) }
  const withInput = (it: number, input: string) => (input && input !== told(it) ? `${told(it)} (${input})` : told(it))
  const ends = [
    { at: low, text: withInput(low, input('low')) },
    { at: value, text: withInput(value, input('high')) },
  ].sort((a, b) => a.at - b.at)
  const [left, right] = [ends[0]!, ends[1]!]
  return { row, from: left.at, to: right.at, ends: [left.text, right.text], colour: colour(n) }
}

/** What a bar is told in: a price stands without what it is per, which the axis says. */
function shortUnit(chart: Chart): string {
  return chart.unit.startsWith('USD/') ? 'USD' : chart.unit
}

const WIDE = 520

export function heightOf(chart: Chart, width: number): number {
  const count = chart.table.columns[0]?.cells.length ?? 0
  const drawn = chart.series.filter((it) => it.style !== 'limit' && it.style !== 'band').length || 1
  return count * ((width < WIDE ? 30 : 14) + 18 * drawn) + 44 + (chart.unit.startsWith('USD/') ? 16 : 0)
}

/** A chart on the scale of all that stand beside it. */
export function option(chart: Chart, beside: Chart[], width: number): Option {
  const isNarrow = width < WIDE
  const it = rows(chart, isNarrow)
  const [leftEnd = 0, rightEnd = 0] = [0, 1].map((n) => widest(it.bars.map((bar) => bar.ends[n]!), 12))
  const nameRoom = isNarrow ? 16 : Math.min(width * 0.36, widest(it.names, 13) + 14)
  const unit = chart.unit.startsWith('USD/') ? axisName(chart.unit) : ''
  const axis = range(beside.map((it) => rows(it, isNarrow)), chart)
  const marks = roundMarks(axis.min, axis.max, isNarrow ? 3 : 6)
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: QUIET },
    grid: { left: nameRoom + (leftEnd && leftEnd + 8), right: rightEnd + 14, top: 6, bottom: unit ? 44 : 28, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      ...axis,
      name: unit,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: QUIET, fontSize: 12 },
      axisTick: { customValues: marks },
      splitLine: { lineStyle: { color: RULE, type: [2, 3] } },
      axisLabel: { color: QUIET, fontSize: 12, hideOverlap: true, customValues: marks, formatter: (at: number) => tick(at, chart.unit) },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: it.names,
      axisTick: { show: false },
      axisLine: { show: !isNarrow && it.middle === null, onZero: true, lineStyle: { color: QUIET } },
      axisLabel: {
        show: !isNarrow,
        color: INK,
        fontSize: 13,
        width: nameRoom - 10,
        lineHeight: 15,
        overflow: 'break',
        margin: leftEnd ? leftEnd + 14 : 8,
      },
    },
    series: [drawn(it, isNarrow)],
  }
}

/** Around a middle the axis holds what is there; else it begins at zero. */
function range(beside: Rows[], chart: Chart): { min: number; max: number } {
  const bars = beside.flatMap((it) => it.bars.flatMap((bar) => [bar.from, bar.to]))
  const all = [...bars, ...beside.flatMap((it) => it.spans.flatMap((span) => span ?? []))]
  if (chart.form !== 'tornado') return bounds(all)
  const middles = beside.flatMap((it) => it.middle ?? [])
  const [low, high] = [Math.min(...all, ...middles), Math.max(...all, ...middles)]
  const air = (high - low || 1) * 0.03
  return { min: low - air, max: high + air }
}

function bounds(all: number[]): { min: number; max: number } {
  return { min: Math.min(0, ...all), max: Math.max(0, ...all) || 1 }
}

interface Api {
  value(n: number): number
  coord(at: [number, number]): [number, number]
  size(of: [number, number]): [number, number]
}

interface Place {
  coordSys: { x: number; y: number; width: number; height: number }
  dataIndex: number
}

function drawn(it: Rows, isNarrow: boolean) {
  const count = it.names.length ? it.bars.length / it.names.length : 1
  return {
    type: 'custom',
    silent: true,
    emphasis: { disabled: true },
    data: it.bars.map((bar) => [bar.from, bar.row, bar.to]),
    encode: { x: [0, 2], y: 1 },
    renderItem: (place: Place, api: Api) => {
      const bar = it.bars[place.dataIndex]!
      const nth = Math.floor(place.dataIndex / Math.max(it.names.length, 1))
      const [left, centre] = api.coord([bar.from, bar.row])
      const [right] = api.coord([bar.to, bar.row])
      const full = api.size([0, 1])[1]
      const above = isNarrow ? 18 : 0
      const height = (full - above) * 0.72
      const y = centre - full / 2 + above + (full - above - height) / 2 + (nth * height) / count
      const thick = height / count - (count > 1 ? 1 : 0)
      const name = isNarrow && nth === 0 ? [text(it.names[bar.row]!, 0, centre - full / 2 + 12, 'left', INK)] : []
      const span = nth === 0 ? it.spans[bar.row] : null
      const reach = span ? Math.max(right, api.coord([span[1], 0])[0]) : right
      return { type: 'group', children: [...name, ...block(bar, left, right, reach, y, thick), ...whisker(span, y + thick / 2, api), ...line(it, place, api), ...thread(it, place, api, y + thick)] }
    },
  }
}

function block(bar: Bar, left: number, right: number, reach: number, y: number, height: number) {
  const [from, to] = [Math.min(left, right), Math.max(left, right)]
  return [
    { type: 'rect', shape: { x: from, y, width: Math.max(to - from, 1.5), height }, style: { fill: bar.colour } },
    text(bar.ends[0], from - 6, y + height / 2, 'right', INK),
    text(bar.ends[1], Math.max(to, reach) + 6, y + height / 2, 'left', INK),
  ]
}

function whisker(span: [number, number] | null | undefined, y: number, api: Api) {
  if (!span) return []
  const [x1, x2] = span.map((it) => api.coord([it, 0])[0]) as [number, number]
  const style = { stroke: INK, lineWidth: 1.5 }
  const upright = (x: number) => ({ type: 'line', shape: { x1: x, y1: y - 4, x2: x, y2: y + 4 }, style })
  return [{ type: 'line', shape: { x1, y1: y, x2, y2: y }, style }, upright(x1), upright(x2)]
}

/** The middle, once, across all rows. */
function line(it: Rows, place: Place, api: Api) {
  if (it.middle === null || place.dataIndex > 0) return []
  const [x] = api.coord([it.middle, 0])
  const { y, height } = place.coordSys
  return [
    {
      type: 'line',
      z2: 10,
      shape: { x1: x, y1: y, x2: x, y2: y + height },
      style: { stroke: INK, lineWidth: 1.25, lineDash: [5, 4] },
    },
  ]
}

/** From where a bar ends down to where the next one begins. */
function thread(it: Rows, place: Place, api: Api, y: number) {
  const bar = it.bars[place.dataIndex]
  if (!it.isFall || !bar || place.dataIndex + 1 >= it.bars.length) return []
  const [x] = api.coord([bar.to, 0])
  const gap = api.size([0, 1])[1] * 0.28
  return [{ type: 'line', shape: { x1: x, y1: y, x2: x, y2: y + gap }, style: { stroke: QUIET, lineWidth: 1 } }]
}

function text(it: string, x: number, y: number, align: 'left' | 'right', fill: string) {
  return { type: 'text', style: { text: it, x, y, align, verticalAlign: 'middle', fill, font: font(12) } }
}
