import { spreads, type Scores, type Spread, type Spreads } from './digitScores.ts'

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
const ALL = Object.keys(COLUMNS) as (keyof Scores)[]

/** What a model card says of samples and of what they are to be read beside. */
export interface DigitMetrics {
  readonly samples: readonly {
    /** Absent where the model was told no label. */
    readonly guidance?: number
    readonly solver: string
    readonly steps?: number
    readonly scores: Spreads
  }[]
  readonly realImages: Scores
  readonly trainingImages: Spreads
  readonly gaussianFit: Spreads
  readonly gaussianFitCutOff: Spreads
}

/** Scores as a Markdown table, one row a set of images: the median, and from where to where the seeds go. */
export function scoreTable(metrics: DigitMetrics, columns: readonly (keyof Scores)[] = ALL): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = Object.entries(setsOf(metrics)).map(([title, scores]) =>
    line([title, ...columns.map((name) => cell(scores[name], COLUMNS[name].digits))])
  )
  return [
    line(['1,000 images', ...columns.map((name) => COLUMNS[name].title)]),
    line(Array<string>(columns.length + 1).fill('---')),
    ...rows
  ].join('\n')
}

function setsOf({ samples, ...others }: DigitMetrics): Record<string, Spreads> {
  const named = samples.map(({ guidance, solver, steps, scores }) => {
    const told = guidance === undefined ? 'no label' : `a label, guidance ${guidance}`
    return [`${told} (${solver}, ${steps} steps)`, scores] as const
  })
  return {
    ...Object.fromEntries(named),
    'real images': { ...spreads([others.realImages]), ...others.trainingImages },
    'a full-covariance Gaussian fit': others.gaussianFit,
    'the same, cut off at black and white': others.gaussianFitCutOff
  }
}

/** `.815`, or `.815 (.806 to .826)` where the seeds differ; nothing for what was not measured. */
function cell(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return ''
  const show = (value: number): string => value.toFixed(digits).replace(/^(-?)0\./, '$1.')
  const [median, min, max] = [spread.median, spread.min, spread.max].map(show)
  return min === max ? median : `${median} (${min} to ${max})`
}
