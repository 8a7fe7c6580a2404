/** Draws the pictures of docs/certificates.md from what the code says, into docs/plots: `node scripts/plotCertificates.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { PLOTS } from './plot/index.ts'

const FOLDER = new URL('../docs/plots/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
for (const [name, draw] of Object.entries(PLOTS)) {
  const text = await draw()
  writeFileSync(new URL(name, FOLDER), text)
  console.log(`docs/plots/${name}: ${(text.length / 1024).toFixed(1)} KiB`)
}
