// Links that come from data: only to the web, whatever a file says.

/** An address that a reader may follow; nothing where it is none, or would run something. */
export function outward(told: string | null | undefined): string | null {
  return told && /^https?:\/\//i.test(told) ? told : null
}
