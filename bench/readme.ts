import { readFileSync, writeFileSync } from 'node:fs'

const README = new URL('../README.md', import.meta.url)
const TABLES = new URL('results/latest.md', import.meta.url)

/** The README's block of numbers: the machine and the tables of the last full run, word for word. */
export function numbersBlock(): string {
  return `<!-- bench -->\n<!-- prettier-ignore-start -->\n\n${readFileSync(TABLES, 'utf8')
    .replace(/^# .*\n+/, '')
    .replace(/^## /gm, '### ')
    .trim()}\n\n<!-- prettier-ignore-end -->\n<!-- /bench -->`
}

/** Puts the last full run's tables into the README. */
export function updateReadme(): void {
  const text = readFileSync(README, 'utf8')
  writeFileSync(
    README,
    text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, () => numbersBlock())
  )
}
