import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

const WEB_DIST = '../crates/offtake-cli/web-dist'

/** A report is one file: its script and style stand in it, and nothing is asked for. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['report.html']
      if (page?.type !== 'asset') throw new Error('there is no report.html to put things into')
      let html = String(page.source)
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue
        const isScript = part.type === 'chunk'
        const text = isScript ? part.code : String(part.source)
        const tag = isScript
          ? new RegExp(`<script[^>]*src="[^"]*${name}"[^>]*></script>`)
          : new RegExp(`<link[^>]*href="[^"]*${name}"[^>]*>`)
        if (!tag.test(html)) throw new Error(`report.html does not name ${name}`)
        const whole = isScript ? script(text) : `<style>${text}</style>`
        html = html.replace(tag, () => whole)
        delete bundle[name]
      }
      page.source = html
    },
  }
}

/** A script that ends no sooner than it should. */
function script(text: string): string {
  return `<script type="module">${text.replaceAll('</script', '<\\/script')}</script>`
}

export default defineConfig(({ mode }) => ({
  plugins: mode === 'report' ? [svelte(), oneFile()] : [svelte()],
  base: './',
  build: {
    outDir: WEB_DIST,
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: `${mode}.html`,
      output: {
        entryFileNames: '[name].js',
        assetFileNames: '[name][extname]',
        codeSplitting: false,
      },
    },
  },
}))
