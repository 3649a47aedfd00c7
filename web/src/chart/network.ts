// Who owes whom, laid out: a panel for each layer, since layers are never summed; in it debtors to the left,
// creditors to the right, and between them ribbons as thick as what is owed.
import type { Chart } from '../picture'

export interface End {
  name: string
  y: number
  height: number
}

export interface Ribbon {
  from: string
  to: string
  amount: number
  fromY: number
  toY: number
  thick: number
}

export interface Panel {
  layer: string
  top: number
  height: number
  debtors: End[]
  creditors: End[]
  ribbons: Ribbon[]
}

interface Edge {
  from: string
  to: string
  layer: string
  amount: number
}

const HEAD = 30
const TALLEST = 150
const THINNEST = 1.5

function edges(chart: Chart): Edge[] {
  const [from, to, layer, amount] = chart.table.columns.map((it) => it.cells)
  const all = from!.map((it, row) => ({
    from: String(it),
    to: String(to![row]),
    layer: String(layer![row]),
    amount: Number(amount![row] ?? 0),
  }))
  return together(all.filter((it) => it.amount > 0))
}

/** Deals of one layer between the same two are one ribbon. */
function together(all: Edge[]): Edge[] {
  const out = new Map<string, Edge>()
  for (const it of all) {
    const key = JSON.stringify([it.from, it.to, it.layer])
    out.set(key, { ...it, amount: it.amount + (out.get(key)?.amount ?? 0) })
  }
  return [...out.values()]
}

/** All layers below each other, on one scale; a name takes at least the gap. */
export function panels(chart: Chart, gap: number): { panels: Panel[]; height: number } {
  const all = edges(chart)
  const layers = [...new Set(all.map((it) => it.layer))]
  const most = Math.max(...layers.map((layer) => total(all.filter((it) => it.layer === layer))))
  let top = 0
  const out = layers.map((layer) => {
    const panel = lay(layer, all.filter((it) => it.layer === layer), top, gap, TALLEST / most)
    top += panel.height
    return panel
  })
  return { panels: out, height: top }
}

function lay(layer: string, all: Edge[], top: number, gap: number, scale: number): Panel {
  const thick = (it: Edge) => Math.max(it.amount * scale, THINNEST)
  const debtors = ends(all, 'from', thick, top + HEAD, gap)
  const creditors = ends(all, 'to', thick, top + HEAD, gap)
  const used = new Map<End, number>()
  const take = (end: End, width: number) => {
    const y = end.y + (used.get(end) ?? 0)
    used.set(end, (used.get(end) ?? 0) + width)
    return y
  }
  const order = (it: Edge) => creditors.findIndex((end) => end.name === it.to)
  const ribbons = all
    .toSorted((a, b) => order(a) - order(b))
    .map((it) => {
      const width = thick(it)
      const fromY = take(debtors.find((end) => end.name === it.from)!, width)
      const toY = take(creditors.find((end) => end.name === it.to)!, width)
      return { from: it.from, to: it.to, amount: it.amount, fromY, toY, thick: width }
    })
  const bottom = Math.max(...[...debtors, ...creditors].map((it) => it.y + Math.max(it.height, gap)))
  return { layer, top, height: bottom - top + 14, debtors, creditors, ribbons }
}

function ends(all: Edge[], side: 'from' | 'to', thick: (it: Edge) => number, top: number, gap: number): End[] {
  const names = [...new Set(all.map((it) => it[side]))]
  const heights = names.map((name) => ({
    name,
    height: all.filter((it) => it[side] === name).reduce((sum, it) => sum + thick(it), 0),
  }))
  heights.sort((a, b) => b.height - a.height)
  let y = top
  return heights.map(({ name, height }) => {
    const end = { name, y: y + Math.max(0, (gap - height) / 2), height }
    y += Math.max(height, gap) + 6
    return end
  })
}

function total(all: Edge[]): number {
  return all.reduce((sum, it) => sum + it.amount, 0)
}

/** A ribbon from the left to the right, with a point at its end that says which way it goes. */
export function ribbon(it: Ribbon, left: number, right: number): string {
  const tip = Math.min(10, 3 + it.thick / 2)
  const [x, middle] = [right - tip, (left + right) / 2]
  const [a, b, c, d] = [it.fromY, it.fromY + it.thick, it.toY, it.toY + it.thick]
  const curve = (y: number, to: number) => `${left},${y}C${middle},${y} ${middle},${to} ${x},${to}`
  return `M${curve(a, c)}L${right},${(c + d) / 2} ${x},${d}C${middle},${d} ${middle},${b} ${left},${b}Z`
}
