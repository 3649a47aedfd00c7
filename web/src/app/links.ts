// Where an input can be seen: its line in a scenario, or its row in the catalogue.
import type { InputNode } from '../picture'
import { folder } from './home.svelte'
import { hash } from './route.svelte'

export function linkOf(input: InputNode): string | null {
  const known = folder.value?.scenarios.some((it) => it.name === input.file)
  if (known) return hash(['edit', input.file], { line: input.line })
  const row = input.path.match(/^catalogue:([\w-]+)\/([\w-]+)/)
  return row ? hash(['catalogue', row[1]!, row[2]!]) : null
}
