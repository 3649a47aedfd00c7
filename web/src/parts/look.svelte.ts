// How a page is looked at. A permalink holds all of it but the moment under the cursor.
import { day, type Span } from './time'

export type Theme = 'system' | 'light' | 'dark'

class Look {
  theme = $state<Theme>('system')
  /** What all time charts show; nothing: all of it. */
  zoom = $state<Span | null>(null)
  /** Charts that are shown as tables. */
  tables = $state<string[]>([])
  /** The figure whose ancestry is open. */
  figure = $state<string | null>(null)
  /** The section that was gone to. */
  at = $state<string | null>(null)
  /** The moment under the cursor, and the chart that is pointed at. */
  moment = $state<number | null>(null)
  reader = $state<string | null>(null)

  /** As a permalink holds it. */
  params(): URLSearchParams {
    const out = new URLSearchParams()
    if (this.at) out.set('at', this.at)
    if (this.theme !== 'system') out.set('theme', this.theme)
    if (this.zoom) out.set('zoom', `${day(this.zoom.from)}~${day(this.zoom.to)}`)
    if (this.tables.length) out.set('tables', this.tables.join(','))
    if (this.figure) out.set('figure', this.figure)
    return out
  }

  /** Looks as a permalink says. */
  follow(params: URLSearchParams) {
    const theme = params.get('theme')
    this.theme = theme === 'light' || theme === 'dark' ? theme : 'system'
    const [from = NaN, to = NaN] = (params.get('zoom') ?? '').split('~').map((it) => Date.parse(it))
    this.zoom = from < to ? { from, to } : null
    this.tables = params.get('tables')?.split(',').filter(Boolean) ?? []
    this.figure = params.get('figure')
    this.at = params.get('at')
  }

  toggleTable(id: string) {
    const without = this.tables.filter((it) => it !== id)
    this.tables = without.length < this.tables.length ? without : [...without, id]
  }

  /** Goes to a section, and leaves the keyboard there. */
  goTo(id: string) {
    this.at = id
    const section = document.getElementById(id)
    section?.scrollIntoView()
    section?.focus({ preventScroll: true })
  }
}

/** One page, one look. */
export const look = new Look()
