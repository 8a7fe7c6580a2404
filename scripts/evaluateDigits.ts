/**
 * Scores a digits model: `node scripts/evaluateDigits.ts [--model FOLDER] [--split validation|test] [--seeds 1,2,3]
 * [--json FILE] [--write]`. It prints a Markdown table; `--json` writes all numbers. Choices are made by the validation
 * split; the test split is for the last word, and `--write` puts it into the model's manifest and the README, and 100 samples beside it.
 * For each seed it draws 1,000 images with each guidance; some ten minutes on one core.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openFlow } from '../src/index.ts'
import { encodePng } from '../src/io/png.ts'
import type { Manifest } from '../src/schema/manifest.ts'
import { rows } from '../src/train/batches.ts'
import { writeManifest } from '../src/train/index.ts'
import type { Batch } from '../src/types.ts'
import { CLASSIFIER_FILES, openDigitClassifier } from './digitClassifier.ts'
import { digitJudge } from './digitJudge.ts'
import { loadDigits, PIXELS, SIDE, type LabelledImages } from './digits.ts'
import { NEIGHBOURS, spreads, type Spreads } from './digitScores.ts'
import { updateReadme } from './digitReadme.ts'
import { scoreTable } from './digitTable.ts'
import { clamped } from './digitsBaselines.ts'

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/digits' },
    split: { type: 'string', default: 'validation' },
    seeds: { type: 'string', default: '1,2,3' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false }
  }
})
if (flags.split !== 'validation' && flags.split !== 'test')
  throw new Error(`--split must be validation or test, got ${flags.split}`)
if (flags.write && flags.split !== 'test')
  throw new Error('--write needs --split test: a model is published with no other numbers')

const ROUND_TRIPS = 100
const seeds = flags.seeds.split(',').map(Number)
const { train, validation, heldOut } = loadDigits()
const split = flags.split === 'test' ? heldOut : validation
const labels = Array.from({ length: split.count }, (_, i) => i % 10)
const manifest = JSON.parse(readFileSync(join(flags.model, 'model.json'), 'utf8')) as Manifest
const { target } = manifest.flow
const isTold = target.kind === 'network' && target.architecture.condition !== undefined
using flow = await openFlow(resolve(flags.model))
const judge = digitJudge(train, split, await openDigitClassifier())

const samples = [...(isTold ? [1, 1.5, 2] : []), undefined].map((guidance) => ({
  guidance,
  ...scoresOfSamples(guidance)
}))
const fits = seeds.map((seed) => (note(`Gaussian fit, seed ${seed}`), judge.gaussianFit(seed)))
note('real images')
const realImages = judge.realImages()
const metrics = {
  split: flags.split,
  against: `${split.count} images of the ${flags.split} split; pixels cut off at 0 and 1 unless said; distances of pixels in [-1, 1]`,
  neighbours: NEIGHBOURS,
  count: split.count,
  seeds,
  classifier: (JSON.parse(readFileSync(CLASSIFIER_FILES.record, 'utf8')) as { accuracy: unknown }).accuracy,
  samples,
  realImages,
  trainingImages: spreads(seeds.map((seed) => judge.trainingImages(seed))),
  gaussianFit: spreads(fits.map(({ asTheyAre }) => asTheyAre)),
  gaussianFitCutOff: spreads(fits.map(({ cutOff }) => cutOff)),
  roundTrip: roundTrip(split)
}
console.log(scoreTable(metrics))
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(metrics, null, 2)}\n`)
if (flags.write) {
  writeManifest(flags.model, { ...manifest, metrics })
  updateReadme()
  const { data } = flow.sample({
    count: 100,
    seed: seeds[0],
    ...(isTold && { label: labels.slice(0, 100), guidance: 1 })
  })
  const shown = clamped({ count: 100, dim: PIXELS, data })
  writeFileSync(join(flags.model, 'samples.png'), encodePng(shown, [SIDE, SIDE, 1], 10, 4))
}

/** Draws by the model's own solver and steps; without guidance the model is not told what to draw. */
function scoresOfSamples(guidance: number | undefined): {
  solver: string
  steps?: number
  nfe: number
  seconds: number
  scores: Spreads
} {
  const drawn = seeds.map((seed) => {
    note(`samples, ${guidance === undefined ? 'no label' : `guidance ${guidance}`}, seed ${seed}`)
    const started = performance.now()
    const wanted = guidance === undefined ? {} : { label: labels, guidance }
    const { data, nfe, solver, steps } = flow.sample({ count: split.count, seed, ...wanted })
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
    const images: Batch = { count: split.count, dim: PIXELS, data }
    const scores = judge.samples(images, guidance === undefined ? undefined : labels)
    return { solver, steps, nfe, seconds, scores }
  })
  return { ...drawn[0], scores: spreads(drawn.map(({ scores }) => scores)) }
}

/** Encodes images to noise and back, told their digits; errors in pixels. */
function roundTrip(images: LabelledImages): Record<string, unknown> {
  const options = { solver: 'heun', steps: 50 } as const
  const request = { ...options, ...(isTold && { label: images.labels.slice(0, ROUND_TRIPS) }) }
  const some = rows(images, [...Array(ROUND_TRIPS).keys()])
  const { data: latents } = flow.encode(some, request)
  const back = flow.decode({ count: ROUND_TRIPS, dim: PIXELS, data: latents }, request)
  const errors = Array.from({ length: ROUND_TRIPS }, (_, i) => {
    let sum = 0
    for (let j = i * PIXELS; j < (i + 1) * PIXELS; j++) sum += (back.data[j] - some.data[j]) ** 2
    return sum / PIXELS
  })
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error, 0) / errors.length)
  return { ...options, images: ROUND_TRIPS, rms, worstRms: Math.sqrt(Math.max(...errors)) }
}

function note(what: string): void {
  process.stderr.write(`${what}\n`)
}
