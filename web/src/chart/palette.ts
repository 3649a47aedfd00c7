// Colours are names of the stylesheet, so that a drawing follows the theme without being drawn again.

/** So many colours there are before they come again. */
export const COLOURS = 8
/** In a square of ten: a diamond, a plus, a cross, an hourglass. Circle, square and triangle say where a number comes from. */
const SYMBOLS = [
  'M5 0 10 5 5 10 0 5Z',
  'M3.5 0H6.5V3.5H10V6.5H6.5V10H3.5V6.5H0V3.5H3.5Z',
  'M2 0 5 3 8 0 10 2 7 5 10 8 8 10 5 7 2 10 0 8 3 5 0 2Z',
  'M0 0H10L6.5 5 10 10H0L3.5 5Z',
]

export function colour(n: number): string {
  return `var(--series-${(n % COLOURS) + 1})`
}

/** A second sign beside the colour, as a path. */
export function symbol(n: number): string {
  return SYMBOLS[n % SYMBOLS.length]!
}

export const INK = 'var(--ink)'
export const QUIET = 'var(--quiet)'
export const RULE = 'var(--rule)'
export const PAPER = 'var(--paper)'
export const FONT = 'system-ui, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'

/** A text in which each colour's name is replaced by the colour that it has in the light. */
export function inTheLight(text: string): string {
  const probe = document.createElement('span')
  probe.style.colorScheme = 'light'
  document.body.append(probe)
  const plain = text.replaceAll(/var\(--[\w-]+\)/g, (name) => {
    probe.style.color = name
    return getComputedStyle(probe).color
  })
  probe.remove()
  return plain
}
