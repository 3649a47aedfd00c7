// What the program tells by itself: that it is there, that a file changed, that runs changed.
import { forget } from './pictures'

/** Milliseconds between two tries to find a program that has ended. */
const AGAIN = 2000

class Live {
  lost = $state(false)
  /** Count how often runs changed, and how often the program came back: whoever shows something looks again. */
  runs = $state(0)
  returns = $state(0)
  changed = $state.raw<{ name: string; stamp: string } | null>(null)
  #events: EventSource | null = null

  start() {
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
    this.#events.close()
    this.#events = null
    setTimeout(() => this.start(), AGAIN)
  }

  #found() {
    if (this.lost) this.returns++
    this.lost = false
  }
}

export const live = new Live()
