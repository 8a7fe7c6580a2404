import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { determinismCases } from '../fixtures/determinism.ts'
import { launchChromium } from './chromium.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm'
}
const ORIGIN = 'http://localhost' // never reached: every request is answered from the bundle
const folder = mkdtempSync(join(tmpdir(), 'gaussflow-determinism-'))
let hashes: Record<string, string>

beforeAll(async () => {
  await bundle()
  const browser = await launchChromium()
  const page = await browser.newPage()
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    const body = readFileSync(join(folder, pathname))
    await route.fulfill({ body, contentType: TYPES[extname(pathname)] })
  })
  await page.goto(`${ORIGIN}/index.html`)
  hashes = await page.evaluate(
    () => (globalThis as unknown as { hashes: Promise<Record<string, string>> }).hashes
  )
  await browser.close()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The library with the cases in one module, and the core beside it. */
async function bundle(): Promise<void> {
  const input = fileURLToPath(new URL('determinismEntry.ts', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      assetsInlineLimit: 0,
      target: 'es2024',
      rolldownOptions: { input, output: { entryFileNames: 'entry.js' } }
    }
  })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="/entry.js"></script>')
}

test.each(determinismCases())('Chromium gives the recorded bytes for $name', ({ name, sha256 }) => {
  expect(hashes[name]).toBe(sha256)
})

test.each(determinismCases())('two workers of a page give the bytes of one thread for $name', ({ name }) => {
  expect(hashes[`${name}, pooled`]).toBe(hashes[`${name}, alone`])
  expect(hashes[`${name}, pooled`]).toMatch(/^[0-9a-f]{64}$/)
})
