// What may be written where: tables, fields, values, and the names that the text itself gives.
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import type { Field } from '../api'

/** Fields that name a noun of another table. */
const POINTS_TO: Record<string, string> = { buyer: 'party', seller: 'party', lender: 'party', borrower: 'party' }
/** What is told under one table, though it is checked as several. */
const WRITTEN_IN: Record<string, string> = {
  scenario: '',
  pledge: 'deal',
  training: 'workload',
  service: 'workload',
  jobs: 'workload',
}
const SOURCES = ['assumed', 'derived']

/** Where the cursor is: in which table, and, in braces, in which field. */
interface Place {
  table: string
  within: string
}

export function completions(known: () => Field[]): CompletionSource {
  const fields = () => known().map((it) => ({ ...it, table: WRITTEN_IN[it.table] ?? it.table }))
  return (context) => {
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    const above = context.state.sliceDoc(0, line.from)
    const all = context.state.doc.toString()
    return (
      inHeader(context, before, all, fields()) ??
      inSource(context, before, all) ??
      inValue(context, before, above, all, fields()) ??
      atKey(context, before, above, fields())
    )
  }
}

function inHeader(context: CompletionContext, before: string, all: string, fields: Field[]): CompletionResult | null {
  const typed = before.match(/^\s*\[{1,2}([\w.-]*)$/)?.[1]
  if (typed === undefined) return null
  const tables = [...new Set(fields.map((it) => it.table).filter(Boolean))]
  const named = tables.flatMap((table) => namesOf(all, table).map((name) => `${table}.${name}`))
  const options = [...tables, ...named].map((label) => ({ label, type: 'namespace' }))
  return { from: context.pos - typed.length, options, validFor: /^[\w.-]*$/ }
}

/** In text, after the bracket that names a source. */
function inSource(context: CompletionContext, before: string, all: string): CompletionResult | null {
  const typed = before.match(/"[^"]*\[([\w-]*)$/)?.[1]
  if (typed === undefined || quotes(before) % 2 === 0) return null
  const names = [...namesOf(all, 'sources'), ...keysOf(all, 'sources'), ...SOURCES]
  const options = [...new Set(names)].map((label) => ({ label, type: 'constant', apply: `${label}]` }))
  return { from: context.pos - typed.length, options, validFor: /^[\w-]*$/ }
}

function inValue(
  context: CompletionContext,
  before: string,
  above: string,
  all: string,
  fields: Field[],
): CompletionResult | null {
  const found = before.match(/([\w.-]+)\s*=\s*("?[\w-]*)$/)
  if (!found) return null
  const [, key = '', typed = ''] = found
  const place = placeOf(above, before.slice(0, found.index))
  const field = fields.find((it) => it.table === place.table && it.field === path(place.within, key))
  const names = namesOf(all, POINTS_TO[key] ?? key)
  const options: Completion[] = [...(field?.values ?? []), ...names].map((it) => ({
    label: `"${it}"`,
    type: 'enum',
    detail: names.includes(it) ? 'in this file' : undefined,
  }))
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^"?[\w-]*"?$/ } : null
}

function atKey(context: CompletionContext, before: string, above: string, fields: Field[]): CompletionResult | null {
  const typed = before.match(/(?:^|[{,])\s*([\w.-]*)$/)?.[1]
  if (typed === undefined || quotes(before) % 2 === 1) return null
  if (typed === '' && !context.explicit) return null
  const place = placeOf(above, before.slice(0, before.length - typed.length))
  const begin = place.within ? `${place.within}.` : ''
  const here = fields.filter((it) => it.table === place.table && it.field.startsWith(begin))
  const options = [...new Map(here.map((it) => [it.field, it])).values()]
    .map((it) => ({
      label: it.field.slice(begin.length),
      type: 'property',
      detail: it.unit ?? undefined,
      info: it.meaning,
      apply: `${it.field.slice(begin.length)} = `,
    }))
  return { from: context.pos - typed.length, options, validFor: /^[\w.-]*$/ }
}

function placeOf(above: string, before: string): Place {
  const header = [...above.matchAll(/^\s*\[{1,2}([\w.-]+)\]{1,2}/gm)].at(-1)?.[1] ?? ''
  const [table = '', , ...within] = header.split('.')
  const open = before.slice(0, before.lastIndexOf('{') + 1)
  const isOpen = open !== '' && !before.slice(open.length).includes('}')
  const key = isOpen ? (open.match(/([\w.-]+)\s*=\s*\{$/)?.[1] ?? '') : ''
  return { table, within: path(within.join('.'), key) }
}

function path(...parts: string[]): string {
  return parts.filter(Boolean).join('.')
}

function quotes(text: string): number {
  return text.split('"').length - 1
}

/** `us-east` of `[site.us-east]` and `[site.us-east.power]`. */
function namesOf(all: string, table: string): string[] {
  const headers = all.matchAll(/^\s*\[{1,2}([\w-]+)\.([\w-]+)/gm)
  return [...new Set([...headers].filter((it) => it[1] === table).map((it) => it[2]!))]
}

/** `hsbc` of `hsbc = { ... }` below `[sources]`. */
function keysOf(all: string, table: string): string[] {
  const body = all.split(new RegExp(`^\\[${table}\\]\\s*$`, 'm'))[1]?.split(/^\[/m)[0] ?? ''
  return [...body.matchAll(/^\s*([\w-]+)\s*=/gm)].map((it) => it[1]!)
}
