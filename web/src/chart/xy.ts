// A plot as ECharts draws it.
import type { Column } from '../picture'
import { axisName, tick } from '../parts/numbers'
import { marks } from '../parts/time'
import type { Option } from './echarts'
import { font, widest, wrapped } from './letters'
import { FONT, INK, PAPER, QUIET, RULE } from './palette'
import { roundMarks } from './scale'
import { isAround, sum, type Line, type Plot } from './plot'

const MOST_TICKS = 7

export interface Frame {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

/** The room that a drawing has. Wide ones name their lines at their ends. */
export function frame(plot: Plot, width: number, height: number, named: boolean): Frame {
  const ticks = roundMarks(plot.scale.min, plot.scale.max, MOST_TICKS).map((it) => tick(it, plot.unit))
  const left = Math.max(width < 500 ? 50 : 62, Math.ceil(widest(ticks, 12)) + 12)
  const right = named ? 136 : 20
  return { width, height, left, right, top: 26, bottom: plot.isTime ? 28 : 32 + 14 * nameOf(plot.across, width - left - right).length }
}

/** What a value axis is called, in lines that fit under it. */
export function nameOf(across: Column, room: number): string[] {
  return wrapped(across.meaning, room, 12)
}

export function toX(plot: Plot, frame: Frame, x: number): number {
  const { from, to } = plot.window
  return frame.left + ((x - from) / (to - from)) * (frame.width - frame.left - frame.right)
}

export function fromX(plot: Plot, frame: Frame, px: number): number {
  const { from, to } = plot.window
  return from + ((px - frame.left) / (frame.width - frame.left - frame.right)) * (to - from)
}

export function toY(plot: Plot, frame: Frame, y: number): number {
  const { min, max } = plot.scale
  return frame.height - frame.bottom - ((y - min) / (max - min)) * (frame.height - frame.top - frame.bottom)
}

export function option(plot: Plot, frame: Frame, named: boolean): Option {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: QUIET },
    grid: { ...frame, width: 'auto', height: 'auto', outerBoundsMode: 'none' },
    xAxis: across(plot, frame),
    yAxis: up(plot),
    series: [
      ...plot.lines.filter((it) => it.series.style === 'band').flatMap(band),
      ...bars(plot),
      ...plot.lines.filter((it) => !['band', 'bar'].includes(it.series.style)).flatMap((it) => drawn(it, plot)),
    ],
    graphic: named ? names(plot, frame) : [],
  }
}

function across(plot: Plot, frame: Frame) {
  const { from, to } = plot.window
  const room = Math.max(2, Math.floor((frame.width - frame.left - frame.right) / 52))
  const round = () => roundMarks(from, to, Math.min(room, 8)).map((at) => ({ at, label: tick(at, plot.across.unit) }))
  const at = plot.isTime ? marks(plot.window, room) : round()
  const label = new Map(at.map((it) => [it.at, it.label]))
  const values = at.map((it) => it.at)
  return {
    type: 'value',
    min: from,
    max: to,
    name: plot.isTime ? '' : nameOf(plot.across, frame.width - frame.left - frame.right).join('\n'),
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: { color: QUIET, fontSize: 12 },
    splitLine: { show: false },
    axisLine: { lineStyle: { color: QUIET }, onZero: false },
    axisTick: { show: true, lineStyle: { color: QUIET }, customValues: values },
    axisLabel: {
      color: QUIET,
      fontSize: 12,
      customValues: values,
      hideOverlap: true,
      formatter: (it: number) => label.get(it) ?? '',
    },
  }
}

function up(plot: Plot) {
  const own = plot.lines.filter((it) => !it.other)
  const only = own.length === 1 ? own[0]!.label : ''
  const name = [only, axisName(plot.unit)].filter(Boolean).join(', ')
  return {
    type: 'value',
    min: plot.scale.min,
    max: plot.scale.max,
    interval: plot.scale.step,
    name,
    nameLocation: 'end',
    nameGap: 10,
    nameTextStyle: { color: QUIET, fontSize: 12, align: 'left', padding: [0, 0, 0, -40] },
    splitLine: { lineStyle: { color: RULE, type: [2, 3] } },
    axisLabel: { color: QUIET, fontSize: 12, formatter: (it: number) => tick(it, plot.unit) },
  }
}

const STILL = { silent: true, emphasis: { disabled: true }, animation: false }

function drawn(it: Line, plot: Plot): object[] {
  switch (it.series.style) {
    case 'stack':
      return [stack(it)]
    case 'limit':
      return [{ ...plain(it), lineStyle: { color: INK, width: 1.25, type: [5, 4] }, showSymbol: false, z: 4 }]
    case 'dot':
      return [{ ...STILL, type: 'scatter', data: pairs(it), symbol: `path://${it.symbol}`, symbolSize: 9, itemStyle: { color: it.colour }, z: 5 }]
    case 'step':
      return [{ ...plain(it), data: steps(it), step: 'end', showSymbol: false }]
    default:
      return [...reached(it), { ...plain(it), data: marked(it, plot) }]
  }
}

function plain(it: Line) {
  return {
    ...STILL,
    type: 'line',
    data: it.series.style === 'limit' ? steps(it) : pairs(it),
    lineStyle: { color: it.colour, width: it.other ? 1.75 : 2.25, type: it.other ? [3, 3] : 'solid' },
    itemStyle: { color: it.colour },
    symbolSize: 7,
    z: it.other ? 2 : 3,
  }
}

function pairs(it: Line) {
  return it.points.map((point) => [point.x, point.y])
}

/** What holds for a piece holds from its first moment to its last. */
function steps(it: Line) {
  const last = it.points.at(-1)
  return [...it.points.map((point) => [point.at.from, point.y]), ...(last ? [[last.at.to, last.y]] : [])]
}

/** A line with its sign on it now and then, so that it is told without its colour. */
function marked(it: Line, plot: Plot) {
  const every = Math.max(1, Math.ceil(it.points.length / 7))
  const offset = plot.lines.indexOf(it) * 2
  return it.points.map((point, n) => ({
    value: [point.x, point.y],
    symbol: !it.other && it.points.length < 400 && (n + offset) % every === 0 ? `path://${it.symbol}` : 'none',
  }))
}

function stack(it: Line) {
  return {
    ...STILL,
    type: 'line',
    stack: 'all',
    data: pairs(it).map(([x, y]) => [x, y ?? 0]),
    showSymbol: false,
    lineStyle: { color: PAPER, width: 1 },
    areaStyle: { color: it.colour, opacity: it.isPale ? 0.45 : 0.88 },
    z: 1,
  }
}

type Pair = [number, number]

type Api = { value(n: number): number; coord(at: [number, number]): [number, number] }

function polygon(high: Pair[], low: Pair[], fill: string, opacity: number) {
  const edge = [...high, ...low.toReversed()]
  return {
    ...STILL,
    type: 'custom',
    clip: true,
    data: edge.length ? [edge[0]] : [],
    renderItem: (_: unknown, api: Api) => ({
      type: 'polygon',
      shape: { points: edge.map((it) => api.coord(it)) },
      style: { fill, opacity },
    }),
    z: 1,
  }
}

/** Over what stands on each other a band is its two edges; else an area. */
function band(it: Line): object[] {
  const full = it.points.filter((point) => point.y !== null && point.low !== null)
  const high = full.map((point): Pair => [point.x, point.y!])
  const low = full.map((point): Pair => [point.x, point.low!])
  if (!isAround(it)) return [polygon(high, low, it.colour, 0.2)]
  const lineStyle = { color: INK, width: 1, type: [1, 3] }
  return [high, low].map((data) => ({ ...STILL, type: 'line', data, showSymbol: false, lineStyle, z: 4 }))
}

function bars(plot: Plot) {
  const all = plot.lines.filter((it) => it.series.style === 'bar')
  return all.map((it, n) => ({
    ...STILL,
    type: 'custom',
    clip: true,
    data: it.points.filter((point) => point.y !== null).map((point) => [point.at.from, point.y, point.at.to]),
    renderItem: (_: unknown, api: Api) => {
      const [left, top] = api.coord([api.value(0), Math.max(api.value(1), 0)])
      const [right, bottom] = api.coord([api.value(2), Math.min(api.value(1), 0)])
      const width = ((right - left) * 0.86) / all.length
      const x = left + (right - left) * 0.07 + width * n
      return { type: 'rect', shape: { x, y: top, width, height: bottom - top }, style: { fill: it.colour } }
    },
    z: 2,
  }))
}

/** From the lowest to the highest of each piece, edged at both: of a closer look at a line. */
function reached(it: Line): object[] {
  const full = it.points.filter((point) => point.within)
  if (full.every(({ within }) => within![0] === within![1])) return []
  const [low, high] = [0, 1].map((edge) => full.map((point): Pair => [point.x, point.within![edge]!]))
  const lineStyle = { color: it.colour, width: 1 }
  return [polygon(high!, low!, it.colour, 0.25), { ...STILL, type: 'line', data: low, showSymbol: false, lineStyle, z: 3 }]
}

const ROW = 14

interface Name {
  text: string[]
  colour: string
  y: number
}

/** The lines' names beside their ends, moved apart where they would overlap. */
function names(plot: Plot, frame: Frame) {
  const all = namesOfLines(plot, frame)
  return all.length > 1 ? apart(all, frame).map((it) => written(it, frame)) : []
}

function namesOfLines(plot: Plot, frame: Frame): Name[] {
  const isOfAnother = (it: Line) =>
    it.series.style === 'band' && !isAround(it) && plot.lines.some((other) => other !== it && other.colour === it.colour)
  return plot.lines.flatMap((it, n) => {
    const y = it.other || isOfAnother(it) ? null : end(plot, it, n)
    if (y === null) return []
    const colour = it.series.style === 'limit' ? INK : it.colour
    return [{ text: fitted(it.label, frame), colour, y: toY(plot, frame, y) }]
  })
}

function fitted(label: string, frame: Frame): string[] {
  return wrapped(label, frame.right - 12, 12, 600)
}

function apart(all: Name[], frame: Frame): Name[] {
  const height = (it: Name) => it.text.length * ROW + 3
  const out = all.toSorted((a, b) => a.y - b.y).map((it) => ({ ...it, y: it.y - height(it) / 2 }))
  let free = 0
  for (const it of out) {
    it.y = Math.max(it.y, free)
    free = it.y + height(it)
  }
  let floor = frame.height - frame.bottom + ROW / 2
  for (const it of out.toReversed()) {
    it.y = Math.min(it.y, floor - height(it))
    floor = it.y
  }
  return out
}

function written(it: Name, frame: Frame) {
  const style = { text: it.text.join('\n'), fill: it.colour, font: font(12, 600), lineHeight: ROW }
  return { type: 'text', silent: true, x: frame.width - frame.right + 8, y: it.y, style }
}

/** How high a line's name stands: at its end, but for a last piece that is cut short. */
function end(plot: Plot, it: Line, n: number): number | null {
  const seen = it.points.filter((point) => point.y !== null && point.at.from < plot.window.to && point.at.to > plot.window.from)
  const [before, last] = [seen.at(-2), seen.at(-1)]
  const isCut = before && last && plot.isTime && length(last) < length(before) / 2
  const point = isCut ? before : last
  if (!point || point.y === null) return null
  if (it.series.style === 'band') return (point.y + (point.low ?? point.y)) / 2
  if (it.series.style !== 'stack') return point.y
  return inStack(plot, n, it.points.indexOf(point))
}

function length(it: Line['points'][number]): number {
  return it.at.to - it.at.from
}

/** The middle of what a series adds to its stack; where the stack has ended, that of when it was highest. */
function inStack(plot: Plot, n: number, row: number): number {
  const stacks = plot.lines.filter((it) => it.series.style === 'stack')
  const heights = stacks[0]!.points.map((_, at) => sum(stacks.map((it) => it.points[at]?.y ?? 0)))
  const highest = heights.indexOf(Math.max(...heights))
  const at = heights[row]! < heights[highest]! * 0.3 ? highest : row
  const below = plot.lines.slice(0, n).filter((it) => it.series.style === 'stack')
  return sum(below.map((it) => it.points[at]?.y ?? 0)) + (plot.lines[n]!.points[at]?.y ?? 0) / 2
}
