// A drawing as a file of its own: its title and sentence above it, its lines named, its source below, in the light.
import type { Chart } from '../picture'
import { colourOf } from './plot'
import { widthOf, wrapped } from './letters'
import { FONT, inTheLight } from './palette'

const EDGE = 20
const LINE = 18
const NAMESPACE = 'http://www.w3.org/2000/svg'

export function asFile(chart: Chart, drawing: SVGSVGElement): string {
  const width = Number(drawing.getAttribute('width'))
  const height = Number(drawing.getAttribute('height'))
  const out = document.createElementNS(NAMESPACE, 'svg')
  const write = (text: string, y: number, style: Record<string, string>) => {
    const it = document.createElementNS(NAMESPACE, 'text')
    Object.entries({ x: String(EDGE), y: String(y), ...style }).forEach(([key, value]) => it.setAttribute(key, value))
    it.textContent = text
    out.append(it)
  }
  let y = EDGE + 14
  write(chart.title, y, { 'font-size': '19', 'font-weight': '700', fill: 'var(--ink)' })
  for (const line of wrapped(chart.sentence, width, 14)) {
    y += LINE + 2
    write(line, y, { 'font-size': '14', fill: 'var(--quiet)' })
  }
  let x = EDGE
  for (const [n, series] of chart.form === 'network' ? [] : chart.series.entries()) {
    const room = widthOf(`■ ${series.label}`, 12, 600) + 16
    if (n === 0 || x + room > width) [x, y] = [EDGE, y + LINE + 4]
    const fill = series.style === 'limit' ? 'var(--ink)' : colourOf(chart, n)
    write(`■ ${series.label}`, y, { x: String(x), 'font-size': '12', 'font-weight': '600', fill })
    x += room
  }
  const inside = drawing.cloneNode(true) as SVGSVGElement
  inside.removeAttribute('style')
  inside.setAttribute('x', String(EDGE))
  inside.setAttribute('y', String(y + 12))
  out.append(inside)
  y += height + 12
  for (const line of wrapped(`Source: ${chart.source}`, width, 11.5)) {
    y += LINE
    write(line, y, { 'font-size': '11.5', fill: 'var(--quiet)' })
  }
  return inTheLight(new XMLSerializer().serializeToString(framed(out, width + 2 * EDGE, y + EDGE)))
}

function framed(out: SVGSVGElement, width: number, height: number): SVGSVGElement {
  const paper = document.createElementNS(NAMESPACE, 'rect')
  paper.setAttribute('width', '100%')
  paper.setAttribute('height', '100%')
  paper.setAttribute('fill', 'var(--paper)')
  out.prepend(paper)
  out.setAttribute('viewBox', `0 0 ${width} ${height}`)
  out.setAttribute('width', String(width))
  out.setAttribute('height', String(height))
  out.setAttribute('font-family', FONT)
  return out
}
