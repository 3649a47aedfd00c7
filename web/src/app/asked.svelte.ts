// A question to the program, and how it stands.
import { Lost } from './api'
import { live } from './live.svelte'

type How<T> = (signal: AbortSignal) => Promise<T>

export class Asked<T> {
  value = $state.raw<T>()
  problem = $state.raw<Error>()
  busy = $state(false)
  #now: AbortController | null = null
  #next: How<T> | null = null

  /** Asks; whatever was asked before is given up. */
  async ask(how: How<T>): Promise<T | undefined> {
    this.stop()
    const now = new AbortController()
    this.#now = now
    this.busy = true
    try {
      const value = await how(now.signal)
      if (this.#now !== now) return undefined
      this.value = value
      this.problem = undefined
      return value
    } catch (error) {
      if (this.#now === now) this.#refused(error as Error)
      return undefined
    } finally {
      if (this.#now === now) this.#ended()
    }
  }

  /** Follows a hand: what is on its way may arrive, so that numbers move; of what waits, the newest is asked. */
  follow(how: How<T>) {
    if (this.busy) this.#next = how
    else void this.ask(how)
  }

  stop() {
    this.#next = null
    this.#now?.abort()
    this.#now = null
    this.busy = false
  }

  #refused(error: Error) {
    this.problem = error
    if (error instanceof Lost) live.lose()
  }

  #ended() {
    this.#now = null
    this.busy = false
    const next = this.#next
    this.#next = null
    if (next) void this.ask(next)
  }
}
