// Axes whose marks are round numbers.

export interface Scale {
  min: number
  max: number
  step: number
}

const LEADS = [1, 2, 2.5, 5, 10]
const FEWEST = 4
const MOST = 7

/** Round steps that hold all values and little more. Zero is on it: lengths and areas mean nothing without. */
export function scale(values: number[]): Scale {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const fits = (step: number): Scale => ({
    min: Math.floor(low / step + 1e-9) * step,
    max: Math.ceil(high / step - 1e-9) * step,
    step,
  })
  if (low === high) return { min: 0, max: 1, step: 1 }
  const counts = Array.from({ length: MOST - FEWEST + 1 }, (_, n) => FEWEST + n)
  const all = counts.map((count) => fits(round((high - low) / count)))
  return all.reduce((best, it) => (it.max - it.min < best.max - best.min ? it : best))
}

/** The round numbers from one value to another, about so many. */
export function roundMarks(from: number, to: number, count: number): number[] {
  const step = round((to - from || 1) / count)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, n) => Number(((first + n) * step).toPrecision(12)))
}

/** The least round step that is no less. */
function round(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return (LEADS.find((it) => it >= least / power - 1e-9) ?? 10) * power
}
