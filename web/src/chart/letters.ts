// How wide a text stands.
import { FONT } from './palette'

const pen = document.createElement('canvas').getContext('2d')!

export function font(size: number, weight = 400): string {
  return `${weight} ${size}px ${FONT}`
}

export function widthOf(text: string, size: number, weight = 400): number {
  pen.font = font(size, weight)
  return pen.measureText(text).width
}

export function widest(texts: string[], size: number, weight = 400): number {
  return Math.max(0, ...texts.map((it) => widthOf(it, size, weight)))
}

/** A text in lines that fit, broken after a space or a hyphen; words are not cut. */
export function wrapped(text: string, width: number, size: number, weight = 400): string[] {
  const lines = ['']
  for (const word of text.split(/(?<=[ -])/)) {
    const longer = lines.at(-1)! + word
    if (widthOf(longer.trimEnd(), size, weight) > width && lines.at(-1)) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.map((it) => it.trimEnd())
}
