// What the program answers to the page. `crates/offtake-cli/src/serve/` says what each field means.
import type { Thinned } from '../chart/closer'
import type { Picture } from '../picture'

/** What is to be played: a scenario as it stands, or as it was moved, told or drawn otherwise. */
export interface Play {
  scenario: string
  text: string | null
  variant: string | null
  set: [path: string, value: string][]
  draw: number | null
  seed: number | null
}

/** What a page shows: a run that was saved, or a play. */
export type Side = { run: string } | { play: Play }

export interface Home {
  version: string
  read_only: boolean
  folder: string
  runs: SavedRun[]
  scenarios: ScenarioRow[]
}

export interface SavedRun {
  id: string
  of: 'run' | 'risk' | 'compare' | 'export'
  scenario: string
  title: string
  version: string
  digest: string
  as_of: string
  from: string
  to: string
  draws: number | null
  saved: string
  headline: { id: string; label: string; shown: string }[]
}

export interface ScenarioRow {
  name: string
  title: string
  about: string | null
  built_in: boolean
  variants: string[]
  mistakes: number
}

export interface ScenarioText {
  name: string
  text: string
  built_in: boolean
  variants: string[]
  stamp: string | null
}

export interface Mistake {
  code: string
  severity: 'error' | 'warning'
  message: string
  label: string
  help: string | null
  file: string
  line: number
  column: number
  end_line: number
  end_column: number
}

export interface Checked {
  mistakes: Mistake[]
  variants: string[]
}

export interface Told {
  told: string
  source: string | null
}

export interface Comparison {
  a: Picture
  b: Picture
  inputs: { path: string; a: Told | null; b: Told | null }[]
  figures: ComparedFigure[]
}

export interface ComparedFigure {
  id: string
  label: string
  unit: string
  a: string | number | null
  b: string | number | null
  change: string | number | null
}

export interface Job {
  state: 'playing' | 'done' | 'cancelled' | 'failed'
  done: number
  all: number
  seconds_left: number | null
  run: string | null
  error: string | null
}

export interface Field {
  table: string
  field: string
  unit: string | null
  meaning: string
  values: string[] | null
}

export interface Fact {
  name: string
  path: string
  title?: string
  place: string
  as_of?: string
  grade?: string
  main?: string
  sources?: Cited[]
  values: FactValue[]
}

export interface FactValue {
  key: string
  text: string
  unit?: string
  kind?: string
  place: string
  sources?: Cited[]
}

export interface Cited {
  name: string
  title: string
  date?: string
  grade?: string
  url?: string
}

export interface FactKind {
  kind: string
  doc: string
  rows: Fact[]
}

/** The program said no, and why. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly help: string | null = null,
    readonly mistakes: Mistake[] = [],
  ) {
    super(message)
  }
}

/** Nobody answered. */
export class Lost extends Error {}

interface Asking {
  method?: string
  body?: unknown
  signal?: AbortSignal
}

async function ask<T>(path: string, { method = 'GET', body, signal }: Asking = {}): Promise<T> {
  const headers: HeadersInit = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = body === undefined ? undefined : JSON.stringify(body)
  let answer: Response
  try {
    answer = await fetch(`api/${path}`, { method, headers, body: sent, signal: signal ?? null })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Lost('the program does not answer')
  }
  const told = await answer.json().catch(() => null)
  if (!answer.ok) throw refusal(answer.status, told)
  return told as T
}

function refusal(
  status: number,
  told: { error?: string; help?: string; mistakes?: Mistake[] } | null,
) {
  const mistakes = told?.mistakes ?? []
  const count = mistakes.filter((it) => it.severity === 'error').length
  const counted = count === 1 ? 'One mistake keeps' : `${count} mistakes keep`
  const words = count > 0 ? `${counted} this from being played.` : `The program answered ${status}.`
  return new Refusal(status, told?.error ?? words, told?.help ?? null, mistakes)
}

const part = encodeURIComponent

export const api = {
  home: (signal?: AbortSignal) => ask<Home>('home', { signal }),
  picture: (id: string, signal?: AbortSignal) =>
    ask<Partial<Picture> | null>(`runs/${part(id)}/picture`, { signal }),
  hours: (id: string, columns: string[], from: string, to: string, points: number) =>
    ask<Thinned>(
      `runs/${part(id)}/hours?${new URLSearchParams({ columns: columns.join(','), from, to, points: String(points) })}`,
    ),
  removeRun: (id: string) => ask<unknown>(`runs/${part(id)}`, { method: 'DELETE' }),
  play: (play: Play, deep: boolean, signal?: AbortSignal) =>
    ask<Picture>('play', { method: 'POST', body: { ...play, deep }, signal }),
  check: (play: Play, signal?: AbortSignal) =>
    ask<Checked>('check', { method: 'POST', body: play, signal }),
  saveRun: (play: Play) => ask<{ id: string }>('save-run', { method: 'POST', body: play }),
  scenario: (name: string, signal?: AbortSignal) =>
    ask<ScenarioText>(`scenarios/${part(name)}`, { signal }),
  saveScenario: (name: string, text: string, stamp: string | null) =>
    ask<{ stamp: string }>(`scenarios/${part(name)}`, { method: 'PUT', body: { text, stamp } }),
  format: (text: string) => ask<{ text: string }>('format', { method: 'POST', body: { text } }),
  compare: (a: Side, b: Side, signal?: AbortSignal) =>
    ask<Comparison>('compare', { method: 'POST', body: { a, b }, signal }),
  risk: (play: Play, draws: number) =>
    ask<{ job: string }>('risk', { method: 'POST', body: { ...play, draws } }),
  job: (job: string, signal?: AbortSignal) => ask<Job>(`jobs/${part(job)}`, { signal }),
  cancelJob: (job: string) => ask<unknown>(`jobs/${part(job)}`, { method: 'DELETE' }),
  catalogue: (signal?: AbortSignal) => ask<{ kinds: FactKind[] }>('catalogue', { signal }),
  fields: () => ask<Field[]>('fields'),
  explain: (code: string, signal?: AbortSignal) =>
    ask<{ text: string }>(`explain/${part(code)}`, { signal }),
}

/** Where a saved run's files lie. */
export function fileOf(run: string, name: string): string {
  return name === 'report.html'
    ? `api/runs/${part(run)}/report.html`
    : `api/runs/${part(run)}/file/${part(name)}`
}

/** Those of a run's files that are there; a play without debts, say, has no table of them. */
export async function filesOf(run: string, names: string[]): Promise<string[]> {
  const isThere = (name: string) => fetch(fileOf(run, name), { method: 'HEAD' }).then((it) => it.ok, () => false)
  const there = await Promise.all(names.map(isThere))
  return names.filter((_, nth) => there[nth])
}

export function playOf(scenario: string): Play {
  const [name = '', variant = null] = scenario.split('#')
  return { scenario: name, text: null, variant, set: [], draw: null, seed: null }
}
