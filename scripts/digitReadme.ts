import { readFileSync } from 'node:fs'
import { scoreTable, type DigitMetrics } from './digitTable.ts'
import { markedBlock, putBlock } from './readmeBlock.ts'

const CARD = new URL('../models/digits/model.json', import.meta.url)

/** The README's table of the digits: what their model card says. */
export function digitsBlock(): string {
  const { metrics } = JSON.parse(readFileSync(CARD, 'utf8')) as { metrics: DigitMetrics }
  return markedBlock('digits', scoreTable(metrics, ['agreement', 'precision', 'recall', 'nearestTraining']))
}

/** Puts the model card's scores into the README. */
export function updateReadme(): void {
  putBlock('digits', digitsBlock())
}
