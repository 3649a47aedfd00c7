// Two charts of one thing, laid over each other: the rows of both by their first column.
import type { Chart, Column, Series } from '../../picture'

/** More lines than this, twice, are a tangle: such charts stand side by side. */
const LINES = 3

export interface Pair {
  a: Chart
  b: Chart
  /** Both in one, where that can be read. */
  both: Chart | null
}

export function pairs(a: Chart[], b: Chart[]): Pair[] {
  return a.flatMap((one) => {
    const other = b.find((it) => it.id === one.id)
    return other ? [{ a: one, b: other, both: overlay(one, other) }] : []
  })
}

function overlay(a: Chart, b: Chart): Chart | null {
  const lines = a.series.filter((it) => it.style !== 'band')
  const known = lines.filter((it) => b.series.some((other) => other.column === it.column))
  if (a.form !== 'time' || known.length === 0 || known.length > LINES) return null
  const at = [...new Set([...times(a), ...times(b)])].sort()
  const first = a.table.columns[0]!
  const columns: Column[] = [{ ...first, cells: at }]
  const series: Series[] = []
  for (const line of known) {
    for (const [letter, chart] of [['A', a], ['B', b]] as const) {
      const name = `${letter}: ${line.column}`
      columns.push({ ...columnOf(chart, line.column), name, cells: cellsAt(chart, line.column, at) })
      series.push({ ...line, column: name, label: `${letter}: ${line.label}`, style: styled(line.style, letter) })
    }
  }
  return { ...a, series, table: { name: `${a.table.name}-compared`, columns }, sentence: '', hours: [] }
}

/** Areas and bars would hide each other; A is dashed, as what stood before. */
function styled(style: Series['style'], letter: 'A' | 'B'): Series['style'] {
  if (letter === 'A') return 'limit'
  return style === 'stack' || style === 'bar' ? 'line' : style
}

function times(chart: Chart): string[] {
  return (chart.table.columns[0]?.cells ?? []).map(String)
}

function columnOf(chart: Chart, name: string): Column {
  return chart.table.columns.find((it) => it.name === name) ?? { name, unit: '', meaning: '', cells: [] }
}

function cellsAt(chart: Chart, name: string, at: string[]): Column['cells'] {
  const cells = new Map(times(chart).map((it, row) => [it, columnOf(chart, name).cells[row] ?? null]))
  return at.map((it) => cells.get(it) ?? null)
}
