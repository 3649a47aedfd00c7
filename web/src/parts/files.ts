// What a reader takes away from the page: rows as CSV, a drawing as SVG.
import type { Table } from '../picture'

/** Hands a text to the reader as a file. */
export function handOver(name: string, type: string, text: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name.replaceAll(/[^\w.-]+/g, '-')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** A table as the program saves it: units in the first line. */
export function csv(table: Table): string {
  const names = table.columns.map((it) => (it.unit ? `${it.name} [${it.unit}]` : it.name))
  const rows = Math.max(0, ...table.columns.map((it) => it.cells.length))
  const lines = [names.map(quoted).join(',')]
  for (let row = 0; row < rows; row++) {
    lines.push(table.columns.map((it) => quoted(it.cells[row] ?? '')).join(','))
  }
  return lines.join('\n') + '\n'
}

function quoted(it: string | number): string {
  const text = String(it)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
