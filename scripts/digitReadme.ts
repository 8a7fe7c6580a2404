import { readFileSync, writeFileSync } from 'node:fs'
import { scoreTable, type DigitMetrics } from './digitTable.ts'

const README = new URL('../README.md', import.meta.url)
const CARD = new URL('../models/digits/model.json', import.meta.url)

/** The README's table of the digits: what their model card says. */
export function digitsBlock(): string {
  const { metrics } = JSON.parse(readFileSync(CARD, 'utf8')) as { metrics: DigitMetrics }
  const table = scoreTable(metrics, ['agreement', 'precision', 'recall', 'nearestTraining'])
  return `<!-- digits -->\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n<!-- /digits -->`
}

/** Puts the model card's scores into the README. */
export function updateReadme(): void {
  const text = readFileSync(README, 'utf8')
  writeFileSync(
    README,
    text.replace(/<!-- digits -->[\s\S]*<!-- \/digits -->/, () => digitsBlock())
  )
}
