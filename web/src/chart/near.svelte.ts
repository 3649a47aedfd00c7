// Whether a part of the page has come near, so that it is time to draw it. For paper everything is near.
import { paper } from '../parts/paper.svelte'

export function near(part: () => Element | undefined): { readonly now: boolean } {
  let now = $state(false)
  $effect(() => {
    const it = part()
    if (!it || now) return
    const come = () => (now = true)
    const watch = new IntersectionObserver((seen) => seen.some((at) => at.isIntersecting) && come(), {
      rootMargin: '600px 0px',
    })
    watch.observe(it)
    if (paper.now) come()
    return () => watch.disconnect()
  })
  return {
    get now() {
      return now
    },
  }
}
