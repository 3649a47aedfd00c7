// A vertical axis whose marks are round numbers.

export interface Scale {
  min: number
  max: number
  step: number
}

/** About `count` round steps that hold all values. Zero is on it: lengths and areas mean nothing without. */
export function scale(values: number[], count: number): Scale {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const step = round((high - low || 1) / count)
  return {
    min: Math.floor(low / step + 1e-9) * step,
    max: Math.max(Math.ceil(high / step - 1e-9), low < 0 ? 0 : 1) * step,
    step,
  }
}

function round(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const lead = step / power
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10) * power
}
