import type { Scores, Spread, Spreads } from './digitScores.ts'

const COLUMNS: Readonly<Record<keyof Scores, { title: string; digits: number }>> = {
  agreement: { title: 'agreement', digits: 3 },
  confidence: { title: 'confidence', digits: 3 },
  precision: { title: 'precision', digits: 3 },
  recall: { title: 'recall', digits: 3 },
  energyDistance: { title: 'energy', digits: 4 },
  energyDistanceNotCutOff: { title: 'energy, not cut off', digits: 4 },
  featureEnergyDistance: { title: 'feature energy', digits: 3 },
  nearestTraining: { title: 'nearest training image', digits: 2 }
}
const NAMES = Object.keys(COLUMNS) as (keyof Scores)[]

/** Scores as a Markdown table, one row a set of images: the median, and from where to where the seeds go. */
export function scoreTable(sets: Readonly<Record<string, Spreads>>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = Object.entries(sets).map(([title, scores]) =>
    line([title, ...NAMES.map((name) => cell(scores[name], COLUMNS[name].digits))])
  )
  return [
    line(['', ...NAMES.map((name) => COLUMNS[name].title)]),
    line(Array<string>(NAMES.length + 1).fill('---')),
    ...rows
  ].join('\n')
}

/** `.815`, or `.815 (.806 to .826)` where the seeds differ; nothing for what was not measured. */
function cell(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return ''
  const show = (value: number): string => value.toFixed(digits).replace(/^(-?)0\./, '$1.')
  const [median, min, max] = [spread.median, spread.min, spread.max].map(show)
  return min === max ? median : `${median} (${min} to ${max})`
}
