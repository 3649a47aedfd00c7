// A scenario's text as it is being changed: what the disk held, what stands here, and whether the two agree.
import { api, Refusal, type ScenarioText } from '../api'
import { live } from '../live.svelte'

/** Where the disk holds something that this page has not seen. */
type Conflict = 'changed' | 'refused' | null

export class Draft {
  text = $state('')
  disk = $state.raw<ScenarioText>()
  conflict = $state<Conflict>(null)
  problem = $state.raw<Error>()
  saving = $state(false)
  dirty = $derived(this.disk !== undefined && this.text !== this.disk.text)

  constructor(readonly name: string) {}

  /** Takes what the disk holds. What was typed here is given up. */
  async load() {
    await this.#guard(async () => {
      this.disk = await api.scenario(this.name)
      this.text = this.disk.text
      this.conflict = null
    })
  }

  /** The file changed on disk: what was not touched here follows, what was offers the choice. */
  async follow(stamp: string) {
    if (!this.disk || stamp === (this.disk.stamp ?? '') || this.saving) return
    if (this.dirty) this.conflict = 'changed'
    else await this.load()
  }

  /** The disk may have changed while nobody told. */
  async look() {
    if (!this.disk) return
    await this.#guard(async () => this.follow((await api.scenario(this.name)).stamp ?? ''))
  }

  async save() {
    await this.#save(this.disk?.stamp ?? null)
  }

  /** Saves over what the disk holds now. */
  async saveOver() {
    await this.#guard(async () => {
      const now = await api.scenario(this.name)
      await this.#save(now.stamp)
    })
  }

  async format() {
    await this.#guard(async () => {
      this.text = (await api.format(this.text)).text
    })
  }

  async #save(stamp: string | null) {
    const { disk, text } = this
    if (!disk) return
    this.saving = true
    await this.#guard(async () => {
      const saved = await api.saveScenario(this.name, text, stamp)
      this.disk = { ...disk, text, stamp: saved.stamp }
      this.conflict = null
    })
    this.saving = false
  }

  async #guard(what: () => Promise<void>) {
    this.problem = undefined
    try {
      await what()
    } catch (error) {
      if (error instanceof Refusal && error.status === 409) this.conflict = 'refused'
      else this.problem = error as Error
      if (!(error instanceof Refusal)) live.lose()
    }
  }
}

const drafts = new Map<string, Draft>()

/** The draft of a scenario; what was typed stays while the page does. */
export function draftOf(name: string): Draft {
  const known = drafts.get(name)
  if (known) return known
  const draft = new Draft(name)
  drafts.set(name, draft)
  void draft.load()
  return draft
}

export function unsaved(): boolean {
  return [...drafts.values()].some((it) => it.dirty)
}
