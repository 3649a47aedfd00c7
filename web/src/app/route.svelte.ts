// Where the reader is: everything needed to come back stands in the address, after `#`.
import { playOf, type Play, type Side } from './api'

class Route {
  path = $state.raw<string[]>([])
  query = $state.raw(new URLSearchParams())

  constructor() {
    this.#read()
    addEventListener('hashchange', () => this.#read())
  }

  get view(): string {
    return this.path[0] ?? ''
  }

  /** Changes what stands after `?` without a new step for Back. */
  amend(changes: Record<string, string | string[] | null>) {
    const query = new URLSearchParams(this.query)
    for (const [key, value] of Object.entries(changes)) {
      query.delete(key)
      for (const it of value === null ? [] : [value].flat()) query.append(key, it)
    }
    if (String(query) === String(this.query)) return
    history.replaceState(null, '', hash(this.path, query))
    this.query = query
  }

  #read() {
    const [path = '', query = ''] = split(location.hash.slice(1))
    this.path = path.split('/').filter(Boolean).map(decodeURIComponent)
    this.query = new URLSearchParams(query)
  }
}

function split(address: string): [string, string] {
  const at = address.indexOf('?')
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)]
}

type Query = Record<string, string | number | null | undefined> | URLSearchParams

/** The address of a view: `hash(['run', id], { zoom })`. */
export function hash(path: string[], query: Query = {}): string {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query)
  const asked = new URLSearchParams()
  for (const [key, value] of entries) if (value != null) asked.append(key, String(value))
  const tail = asked.size > 0 ? `?${asked}` : ''
  return `#/${path.map(encodeURIComponent).join('/')}${tail}`
}

export function go(address: string) {
  location.hash = address
}

/** The address at which a side is seen whole. */
export function hashOf(side: Side): string {
  if ('run' in side) return hash(['run', side.run])
  const { scenario, variant, draw, seed, set } = side.play
  const query = new URLSearchParams()
  if (variant) query.set('variant', variant)
  if (draw !== null) query.set('draw', String(draw))
  if (seed !== null) query.set('seed', String(seed))
  for (const [path, value] of set) query.append('set', `${path}=${value}`)
  return hash(['play', scenario], query)
}

/** The side that an address shows, if it shows one. */
export function sideOf(path: string[], query: URLSearchParams): Side | null {
  const [view, name] = path
  if (name === undefined) return null
  if (view === 'run') return { run: name }
  if (view === 'play') return { play: playFrom(name, query) }
  return null
}

/** A side that stands in a query, as `hashOf` wrote it. */
export function sideIn(query: URLSearchParams, key: string): Side | null {
  const [path, tail] = split((query.get(key) ?? '').replace(/^#/, ''))
  return sideOf(path.split('/').filter(Boolean).map(decodeURIComponent), new URLSearchParams(tail))
}

export function playFrom(scenario: string, query: URLSearchParams): Play {
  const number = (key: string) => (query.has(key) ? Number(query.get(key)) : null)
  return {
    ...playOf(scenario),
    variant: query.get('variant'),
    set: setsIn(query),
    draw: number('draw'),
    seed: number('seed'),
  }
}

export function setsIn(query: URLSearchParams): [string, string][] {
  return query.getAll('set').map((it) => {
    const at = it.indexOf('=')
    return [it.slice(0, at), it.slice(at + 1)]
  })
}

export const route = new Route()
