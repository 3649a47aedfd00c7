// An address that a scenario gives is a link only where it leads into the web.
export function webLink(address: string | null | undefined): string | null {
  return address && /^https?:\/\//i.test(address) ? address : null
}
