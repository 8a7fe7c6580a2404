import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The page as static files. The models are laid beside it afterwards, by scripts/build.ts. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/page', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0, // a small core would become a data: URL, which the page's policy forbids
    modulePreload: { polyfill: false },
    target: 'es2022'
  }
})
