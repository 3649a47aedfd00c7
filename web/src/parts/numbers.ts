// Numbers as the program tells them in prose: `$38.0 bn`, `250k GPU`, `97.3 %`, `$2.67 per GPU-hour`.
// `crates/offtake/src/units/show.rs` does the same in the terminal.

const STEPS: [number, number, string][] = [
  [1e12, 1e12, ' tn'],
  [1e9, 1e9, ' bn'],
  [1e6, 1e6, ' M'],
  [1e4, 1e3, 'k'],
]

const WORDS = new Set(['year', 'month', 'hour', 'GPU-hour'])

/** A number to about three digits, large ones in k, M, bn, tn. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  if (size >= 1e17) return value.toExponential(2).replace('e+', 'e')
  const step = STEPS.find(([from]) => size >= from * 0.9995)
  return step ? digits(value / step[1]) + step[2] : digits(value)
}

function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 999.5) return grouped(Math.round(value))
  if (size >= 99.95 || value === 0) return value.toFixed(0)
  if (size >= 9.995) return value.toFixed(1)
  if (size >= 0.01) return value.toFixed(2)
  return value.toExponential(2).replace('e+', 'e')
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A value with its unit, as in prose. */
export function scaled(value: number, unit: string): string {
  return withUnit(value, unit, compact)
}

/** A value at an axis: no more digits than it needs, and a unit only where it is short. */
export function tick(value: number, unit: string): string {
  const short = (it: number) =>
    compact(it)
      .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
      .replace(/\.(?=\D|$)/, '')
  if (unit === 'share') return `${short(value * 100)} %`
  if (unit.startsWith('USD')) return withUnit(value, 'USD', short)
  return unit === 'ratio' ? `${short(value)}x` : short(value)
}

/** What an axis counts, where its ticks do not say it. */
export function axisName(unit: string): string {
  if (unit === 'share' || unit === 'USD' || unit === 'ratio' || unit === '') return ''
  return unit.startsWith('USD/') ? `per ${unit.slice(4)}` : unit === 'count' ? '' : unit
}

function withUnit(value: number, unit: string, told: (it: number) => string): string {
  const size = Math.abs(value)
  switch (unit) {
    case 'share':
      return size < 5e-4 ? '0.0 %' : `${(value * 100).toFixed(1)} %`
    case 'USD':
      return value < 0 ? `-$${told(-value)}` : `$${told(value)}`
    case 'ratio':
      return `${told(value)}x`
    case 'hours':
      return span(value * 3600)
    case '':
    case 'points':
      return told(value)
    case 'count':
      return Number.isInteger(value) && size < 1e5 ? grouped(value) : told(value)
    case 'MW':
      return size >= 999.5 ? `${told(value / 1e3)} GW` : `${told(value)} MW`
    case 'MWh':
      return energy(value)
  }
  if (unit.startsWith('USD/')) return `${withUnit(value, 'USD', told)} per ${unit.slice(4)}`
  return `${told(value)} ${WORDS.has(unit) && value !== 1 ? `${unit}s` : unit}`
}

function energy(value: number): string {
  const size = Math.abs(value)
  if (size >= 999_500) return `${compact(value / 1e6)} TWh`
  if (size >= 999.5) return `${compact(value / 1e3)} GWh`
  if (size < 0.1 && value !== 0) return `${compact(value * 1e6)} Wh`
  return `${compact(value)} MWh`
}

function span(seconds: number): string {
  const steps: [number, string][] = [
    [86_400, 'days'],
    [3_600, 'h'],
    [60, 'min'],
  ]
  const [step, unit] = steps.find(([it]) => Math.abs(seconds) >= it * 2) ?? [1, 's']
  return `${compact(seconds / step)} ${unit}`
}

/** A cell of a table; a whole number of nothing, such as a future's, stays whole. */
export function cell(value: string | number | null | undefined, unit: string): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'string') return value
  return unit === '' && Number.isInteger(value) ? grouped(value) : scaled(value, unit)
}
