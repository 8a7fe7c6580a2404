/**
 * Judges models/digits by its 1,000 held-out images, and writes what it finds into the model's manifest
 * and 100 samples to models/digits/samples.png: `node scripts/evaluateDigits.ts [--model FOLDER]`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openFlow } from '../src/index.ts'
import { encodePng } from '../src/io/png.ts'
import { energyDistance } from '../src/metric/energy.ts'
import { precisionRecall } from '../src/metric/neighbours.ts'
import type { Manifest } from '../src/schema/manifest.ts'
import { rows } from '../src/train/batches.ts'
import { writeManifest } from '../src/train/index.ts'
import type { Batch } from '../src/types.ts'
import { clamped, gaussianFitSamples, randomRows } from './digitsBaselines.ts'
import { loadDigits, PIXELS } from './digits.ts'

const { values: flags } = parseArgs({ options: { model: { type: 'string', default: 'models/digits' } } })
const SEED = 1
const NEIGHBOURS = 3
const { train, heldOut } = loadDigits()
const count = heldOut.count
using flow = await openFlow(resolve(flags.model))

const started = performance.now()
const { data, nfe, solver, steps } = flow.sample({ count, seed: SEED })
const seconds = (performance.now() - started) / 1000
const samples: Batch = { count, dim: PIXELS, data }
const fit = gaussianFitSamples(train, count, SEED)

const metrics = {
  against: `${count} held-out images, pixels in [0, 1], samples cut off at 0 and 1 unless said`,
  neighbours: NEIGHBOURS,
  samples: {
    count,
    seed: SEED,
    solver,
    steps,
    nfe,
    seconds: Number(seconds.toFixed(1)),
    ...judge(clamped(samples))
  },
  samplesAgainstTraining: judge(clamped(samples), randomRows(train, count, SEED + 1)),
  trainingImages: judge(randomRows(train, count, SEED)),
  gaussianFit: judge(fit),
  gaussianFitCutOff: judge(clamped(fit)),
  roundTrip: roundTrip(rows(heldOut, [...Array(100).keys()]))
}
console.log(JSON.stringify(metrics, null, 2))

const manifest = JSON.parse(readFileSync(join(flags.model, 'model.json'), 'utf8')) as Manifest
writeManifest(flags.model, { ...manifest, metrics })
const shown = rows(clamped(samples), [...Array(100).keys()])
writeFileSync(join(flags.model, 'samples.png'), encodePng(shown, [28, 28, 1], 10, 4))

function judge(
  batch: Batch,
  real: Batch = heldOut
): { precision: number; recall: number; energyDistance: number } {
  const { precision, recall } = precisionRecall(batch, real, NEIGHBOURS)
  return { precision, recall, energyDistance: Number(energyDistance(batch, real).toFixed(4)) }
}

/** Encodes images to noise and back; errors in pixels. */
function roundTrip(images: Batch): Record<string, unknown> {
  const options = { solver: 'heun', steps: 50 } as const
  const latents = flow.encode(images, options)
  const back = flow.decode({ count: images.count, dim: PIXELS, data: latents.data }, options)
  const errors = Array.from({ length: images.count }, (_, i) => {
    let sum = 0
    for (let j = i * PIXELS; j < (i + 1) * PIXELS; j++) sum += (back.data[j] - images.data[j]) ** 2
    return sum / PIXELS
  })
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error, 0) / errors.length)
  return { ...options, images: images.count, rms, worstRms: Math.sqrt(Math.max(...errors)) }
}
