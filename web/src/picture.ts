// What a page is drawn from. `crates/offtake/src/view/picture/` makes it and says what each field means.

export type Kind = 'reported' | 'assumed' | 'derived' | 'simulated'

export interface Picture {
  form: 1
  of: 'run' | 'risk'
  scenario: string
  title: string
  about: string | null
  version: string
  digest: string
  seed: number
  draw: number | null
  draws: number | null
  as_of: string
  from: string
  to: string
  how: string
  sentence: string
  numbers: Headline[]
  levers: Lever[]
  charts: Chart[]
  claims: Claim[]
  expects: { that: string; held: boolean; found: string }[]
  pulls: Pull[]
  break_evens: Record<string, unknown>[]
  figures: FigureNode[]
  stages: StageNode[]
  inputs: InputNode[]
  sources: Source[]
  tables: Table[]
  not_modelled: string[]
  warnings: string[]
}

export interface Headline {
  id: string
  label: string
  shown: string
  value: number | null
  unit: string
  kind: Kind
  band: { low: string; high: string; draws: number } | null
}

export interface Lever {
  path: string
  label: string
  unit: string
  low: number
  now: number
  high: number
  step: number
}

export interface Chart {
  id: string
  title: string
  sentence: string
  form: 'time' | 'bars' | 'waterfall' | 'shares' | 'network' | 'tornado' | 'curve' | 'dots'
  unit: string
  series: Series[]
  table: Table
  source: string
  figures: string[]
  hours: string[]
}

export interface Series {
  column: string
  low: string | null
  label: string
  style: 'line' | 'step' | 'stack' | 'bar' | 'limit' | 'band' | 'dot'
  kind: Kind
}

export interface Table {
  name: string
  columns: Column[]
}

export interface Column {
  name: string
  unit: string
  meaning: string
  cells: (string | number | null)[]
}

export interface Claim {
  id: string
  n?: number
  text: string
  stated: string | null
  computed: string | null
  formula?: string
  verdict: 'holds' | 'holds-if' | 'fails' | 'unknown'
  because: string
  judged?: boolean
  source?: string
}

export interface Pull {
  input: string
  low: string
  high: string
  figure: string
  at_low: string
  at_high: string
}

export interface Parents {
  stages: number[]
  inputs: number[]
}

export interface FigureNode {
  id: string
  label: string
  shown: string
  unit: string
  kind: Kind
  formula: string
  of: Parents
}

export interface StageNode {
  name: string
  of: Parents
}

export interface InputNode {
  path: string
  told: string
  range: string | null
  kind: Kind | null
  /** Not in pictures saved before it was told. */
  is_number?: boolean
  source: string | null
  place: string
  file: string
  line: number
}

export interface Source {
  name: string
  title: string
  date: string | null
  link: string | null
  inputs: number
}
