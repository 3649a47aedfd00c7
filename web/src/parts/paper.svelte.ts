// Whether the page is put on paper, where nothing can be unfolded or scrolled. Paper does not wait, so it is all drawn at once.
import { flushSync } from 'svelte'

class Paper {
  now = $state(false)

  constructor() {
    addEventListener('beforeprint', () => flushSync(() => (this.now = true)))
    addEventListener('afterprint', () => (this.now = false))
  }
}

export const paper = new Paper()
