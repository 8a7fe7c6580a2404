import { readFileSync } from 'node:fs'
import { markedBlock, putBlock } from '../scripts/readmeBlock.ts'

const TABLES = new URL('results/latest.md', import.meta.url)

/** The README's block of numbers: the machine and the tables of the last full run, word for word. */
export function numbersBlock(): string {
  const tables = readFileSync(TABLES, 'utf8').replace(/^# .*\n+/, '')
  return markedBlock('bench', tables.replace(/^## /gm, '### ').trim())
}

/** Puts the last full run's tables into the README. */
export function updateReadme(): void {
  putBlock('bench', numbersBlock())
}
