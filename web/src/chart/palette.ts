// Colours are names of the stylesheet, so that a drawing follows the theme without being drawn again.

/** So many colours there are before they come again. */
export const COLOURS = 8
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond'] as const

export type Symbol = (typeof SYMBOLS)[number]

export function colour(n: number): string {
  return `var(--series-${(n % COLOURS) + 1})`
}

/** A second sign beside the colour. */
export function symbol(n: number): Symbol {
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
