// Where the reader is: everything needed to come back stands in the address, after `#`.
import { playOf, type Play, type Side } from './api'

class Route {
  path = $state.raw<string[]>([])
  query = $state.raw(new URLSearchParams())
  /** What nobody can follow in the address, as a sentence. */
  trouble = $state<string | null>(null)

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
    if (this.trouble || String(query) === String(this.query)) return
    history.replaceState(null, '', hash(this.path, query))
    this.query = query
  }

  #read() {
    const [path, query] = split(location.hash.slice(1))
    this.path = partsOf(path) ?? []
    this.query = new URLSearchParams(query)
    this.trouble = troubleIn(location.hash)
  }
}

function split(address: string): [string, string] {
  const at = address.indexOf('?')
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)]
}

/** The words of a path; nothing where it is not written as one. */
function partsOf(path: string): string[] | null {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return null
  }
}

/** What nobody can follow in an address: of its own, or of one that stands in it. */
function troubleIn(address: string): string | null {
  const [path, tail] = split(address.replace(/^#/, ''))
  const query = new URLSearchParams(tail)
  if (!partsOf(path)) return `“${path}” is no address: a % in it stands for no letter.`
  for (const key of ['a', 'b', 'of']) {
    const side = query.get(key)
    if (!side) continue
    const trouble = troubleIn(side) ?? (sideIn(query, key) ? null : `“${side}” names no run and no scenario.`)
    if (trouble) return trouble
  }
  return troubleOfPlay(query)
}

function troubleOfPlay(query: URLSearchParams): string | null {
  const set = query.getAll('set').find((it) => !/^[^=]+=./.test(it))
  if (set !== undefined) return `“set=${set}” sets nothing: it is written set=PATH=VALUE, as in set=fleet.gb300.count=240000 GPU.`
  const key = ['draw', 'seed'].find((it) => query.has(it) && !/^\d+$/.test(query.get(it)!))
  return key ? `“${key}=${query.get(key)}” is no whole number.` : null
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
  return sideOf(partsOf(path) ?? [], new URLSearchParams(tail))
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
