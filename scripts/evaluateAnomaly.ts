/**
 * Areas under ROC curves of `flow.anomaly`, in Markdown:
 *
 *     node scripts/evaluateAnomaly.ts [--model FOLDER] [--images 300] [--seed 1] [--all]
 *     node scripts/evaluateAnomaly.ts --table FILE.csv|penguins --class NAME --normal VALUE|--strange VALUE [--seed 1]
 *
 * Of the digits: test images against the same upside down (2, 4, 5, 6, 7, 9), with their patches shuffled, and with the
 * lower half of another digit; calibrated by the validation images. The score is the default one, which was chosen before
 * these images were looked at; `--all` shows other times beside it. Of a table: the rows of one class, or of all but one, half of
 * them to fit closed forms to, a quarter to calibrate by and a quarter against the other rows. Beside the scores stands the distance to the nearest training
 * row. Some minutes on one core.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openFlow, type AnomalyMethod, type AnomalyOptions, type Flow, type FlowFile } from '../src/index.ts'
import { parseCsv } from '../src/io/csv.ts'
import { gaussianFit, rocAuc } from '../src/metric/index.ts'
import { rows } from '../src/train/batches.ts'
import { permutation } from '../src/train/draws.ts'
import { standardisation } from '../src/train/standardise.ts'
import type { Batch } from '../src/types.ts'
import { flipped, otherHalves, shuffledPatches } from './digitAnomalies.ts'
import { nearestDistances } from './digitScores.ts'
import { loadDigits } from './digits.ts'
import { loadPenguins } from './penguins.ts'

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/digits' },
    images: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    table: { type: 'string' },
    class: { type: 'string' },
    normal: { type: 'string' },
    strange: { type: 'string' }
  }
})
const seed = Number(flags.seed)
const REJECT = 0.05
const RIDGE = 1e-3 // on the diagonal of a covariance: columns may nearly be sums of others

await (flags.table === undefined ? digits() : table(flags.table))

async function digits(): Promise<void> {
  const { train, validation, heldOut } = loadDigits()
  const chosen = rows(heldOut, [...Array(Number(flags.images)).keys()])
  const normal = { ...chosen, labels: heldOut.labels.slice(0, chosen.count) }
  const kinds: Readonly<Record<string, Batch>> = {
    'upside down': flipped(normal),
    'patches shuffled': shuffledPatches(normal, seed),
    "another's lower half": otherHalves(normal, seed)
  }
  using flow = await openFlow(flags.model)
  const calibration = await flow.calibrate(validation, { count: 300, seed })
  const score = scorer(flow, { calibration, seed })
  print(['score', ...Object.keys(kinds), `normal, p <= ${REJECT}`])
  await row('denoising', score, normal, kinds)
  if (flags.all)
    for (const times of [[0.2], [0.35], [0.65], [0.35, 0.5]])
      await row(`denoising, t = ${times.join(' and ')}`, scorer(flow, { times, seed }), normal, kinds)
  await row('nearest training image', (x) => ({ score: nearestDistances(x, train) }), normal, kinds)
}

async function table(path: string): Promise<void> {
  const { columns = [], ...all } = path === 'penguins' ? loadPenguins() : parseCsv(readFileSync(path, 'utf8'))
  const label = columns.indexOf(flags.class ?? '')
  if (label < 0) throw new Error(`--class must be one of ${columns.join(', ')}, got ${String(flags.class)}`)
  if ((flags.normal === undefined) === (flags.strange === undefined))
    throw new Error('--normal or --strange must say which value of the class is, got neither or both')
  const isNormal = (i: number): boolean => {
    const value = all.data[i * all.dim + label]
    return flags.normal === undefined ? value !== Number(flags.strange) : value === Number(flags.normal)
  }
  const order = [...permutation(seed, 1, 0, all.count)]
  const own = order.filter(isNormal)
  const edge = (share: number): number => Math.floor(share * own.length)
  const train = rows(all, own.slice(0, edge(0.5)))
  const units = unitsOf(train, label)
  const [learned, heldOut, normal, anomalous] = [
    own.slice(0, edge(0.5)),
    own.slice(edge(0.5), edge(0.75)),
    own.slice(edge(0.75)),
    order.filter((i) => !isNormal(i))
  ].map((part) => units(rows(all, part)))
  const kinds = { 'another class': anomalous }
  print(['score', ...Object.keys(kinds), `normal, p <= ${REJECT}`])
  for (const [name, file] of Object.entries(fits(learned))) {
    using flow = await openFlow(file)
    const calibration = await flow.calibrate(heldOut, { methods: ['denoising', 'density'], seed })
    for (const method of ['denoising', 'density', 'typicality'] as const)
      await row(`${method}, ${name}`, scorer(flow, { calibration, method }), normal, kinds)
  }
  await row('nearest training row', (x) => ({ score: nearestDistances(x, learned) }), normal, kinds)
}

/** Closed forms of the training rows: their Gaussian, and the rows themselves, smoothed. */
function fits(train: Batch): Readonly<Record<string, FlowFile>> {
  const { mean, covariance } = gaussianFit(train)
  const points = Array.from({ length: train.count }, (_, i) => [
    ...train.data.subarray(i * train.dim, (i + 1) * train.dim)
  ])
  const target: FlowFile['target'] = {
    kind: 'gaussian',
    mean: [...mean],
    covariance: covariance.map((line, i) => line.map((value, j) => (i === j ? value + RIDGE : value)))
  }
  return {
    'a Gaussian fit': { schedule: 'linear', target },
    'the rows, smoothed by 0.5': { schedule: 'linear', target: { kind: 'empirical', points, bandwidth: 0.5 } }
  }
}

/** Rows without their class, each column centred and scaled as in the training rows; without those that have one value there. */
function unitsOf(train: Batch, label: number): (batch: Batch) => Batch {
  const varies = (column: number): boolean =>
    train.data.some((value, at) => at % train.dim === column && value !== train.data[column])
  const columns = [...Array(train.dim).keys()].filter((column) => column !== label && varies(column))
  const { shift, scale } = standardisation(train) as { shift: number[]; scale: number[] } // of columns
  return ({ count, dim, data }) => ({
    count,
    dim: columns.length,
    data: Float32Array.from({ length: count * columns.length }, (_, at) => {
      const column = columns[at % columns.length]
      return (data[Math.floor(at / columns.length) * dim + column] - shift[column]) / scale[column]
    })
  })
}

interface Scores {
  readonly score: Float64Array
  readonly pValue?: Float64Array
}
type Scorer = (x: Batch) => Scores | Promise<Scores>

function scorer(flow: Flow, options: AnomalyOptions & { readonly method?: AnomalyMethod }): Scorer {
  return (x) => flow.anomaly(x, options)
}

async function row(
  name: string,
  score: Scorer,
  normal: Batch,
  kinds: Readonly<Record<string, Batch>>
): Promise<void> {
  process.stderr.write(`${name}\n`)
  const usual = await score(normal)
  const cells: string[] = []
  for (const batch of Object.values(kinds))
    cells.push(rocAuc(usual.score, (await score(batch)).score).toFixed(3))
  const rejected = usual.pValue?.filter((p) => p <= REJECT).length
  print([name, ...cells, rejected === undefined ? '' : (rejected / normal.count).toFixed(3)])
}

function print(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
  if (cells[0] === 'score') console.log(`|${' --- |'.repeat(cells.length)}`)
}
