// What the program tells by itself: that it is there, that a file changed, that runs changed.
import { forget, forgetFiles } from './pictures'

/** Milliseconds between two tries to find a program that has ended. */
const AGAIN = 2000

class Live {
  lost = $state(false)
  /** Count how often runs changed, and how often one was away and is back: whoever shows something looks again. */
  runs = $state(0)
  returns = $state(0)
  changed = $state.raw<{ name: string; stamp: string } | null>(null)
  #events: EventSource | null = null
  #isBehind = false

  /** A browser holds six connections to one program, so a tab that nobody sees gives its own back. */
  start() {
    const follow = () => (document.hidden ? this.#rest() : this.#listen())
    document.addEventListener('visibilitychange', follow)
    follow()
  }

  #listen() {
    if (this.#events || document.hidden) return
    const events = new EventSource('api/events')
    this.#events = events
    events.addEventListener('open', () => this.#found())
    events.addEventListener('error', () => this.lose())
    events.addEventListener('runs', () => this.runs++)
    events.addEventListener('scenario', (it) => {
      const changed = JSON.parse((it as MessageEvent<string>).data)
      forget(changed.name)
      this.changed = changed
    })
  }

  /** Nobody answers: say so, and listen anew until somebody does. */
  lose() {
    this.lost = true
    if (!this.#events) return
    this.#close()
    setTimeout(() => this.#listen(), AGAIN)
  }

  #rest() {
    this.#isBehind = true
    this.#close()
  }

  #close() {
    this.#events?.close()
    this.#events = null
  }

  #found() {
    const isBack = this.lost || this.#isBehind
    this.lost = false
    this.#isBehind = false
    if (!isBack) return
    forgetFiles()
    this.returns++
  }
}

export const live = new Live()
