// What lies in the folder: runs and scenarios. Every view may ask for them, one place keeps them.
import { api, type Home } from './api'
import { Asked } from './asked.svelte'

class Folder extends Asked<Home> {
  get readOnly(): boolean {
    return this.value?.read_only ?? true
  }

  load() {
    return this.ask((signal) => api.home(signal))
  }
}

export const folder = new Folder()
