/**
 * Trains the classifier that scores samples of digits, on the training images alone, and writes its weights and its
 * record to scripts/data: `npm run train:classifier`. It takes a minute and a half on one core.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { formatSafetensors } from '../src/io/safetensors.ts'
import { rows } from '../src/train/batches.ts'
import { permutation, STREAM, uniforms } from '../src/train/draws.ts'
import { descend, startState } from '../src/train/descent.ts'
import { namedTensors, upload } from '../src/train/layout.ts'
import { loadTensorFlow } from '../src/train/tensorflow.ts'
import { CLASSIFIER_FILES, CLASSIFIER_LAYOUT as layout, classify, network } from './digitClassifier.ts'
import { loadDigits, shifted, type LabelledImages } from './digits.ts'

const SEED = 1
const EPOCHS = 10
const BATCH = 64
/** Each image is shifted anew by up to so many pixels each way whenever it is seen. */
const SHIFT = 2

const { train, validation, heldOut } = loadDigits()
const perEpoch = Math.floor(train.count / BATCH)
const settings = {
  steps: EPOCHS * perEpoch,
  learningRate: 2e-3,
  learningRateSchedule: 'cosine' as const,
  warmup: 50,
  finalRate: 0.02,
  betas: [0.9, 0.99] as [number, number],
  weightDecay: 0.01,
  clip: 1,
  ema: 0.99
}

const tf = await loadTensorFlow()
const started = performance.now()
const state = startState(layout, SEED)
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const order = permutation(SEED, STREAM.shuffle, epoch, train.count)
  let loss = 0
  for (let i = 0; i < perEpoch; i++) {
    loss += takeStep(epoch * perEpoch + i, order.subarray(i * BATCH, (i + 1) * BATCH)) / perEpoch
  }
  console.log(`epoch ${epoch + 1}/${EPOCHS}  loss ${loss.toFixed(4)}  validation ${accuracy(validation)}`)
}
const seconds = Math.round((performance.now() - started) / 1000)

const record = {
  accuracy: { train: accuracy(train), validation: accuracy(validation), test: accuracy(heldOut) },
  seed: SEED,
  epochs: EPOCHS,
  batch: BATCH,
  shift: SHIFT,
  ...settings,
  parameters: layout.total,
  seconds,
  machine: `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}`
}
mkdirSync(dirname(CLASSIFIER_FILES.weights), { recursive: true })
writeFileSync(CLASSIFIER_FILES.weights, formatSafetensors(namedTensors(layout, state.ema)))
writeFileSync(CLASSIFIER_FILES.record, `${JSON.stringify(record, null, 2)}\n`)
console.log(JSON.stringify(record, null, 2))

/** One step of AdamW on the mean cross-entropy of the given images, which it returns. */
function takeStep(step: number, indices: Uint32Array): number {
  const u = uniforms(SEED, STREAM.noise, step, 0, 2 * BATCH)
  const shifts = Array.from(u, (value) => Math.floor((2 * SHIFT + 1) * value) - SHIFT)
  const images = shifted(rows(train, indices), shifts)
  const labels = Array.from(indices, (i) => train.labels[i])
  return descend(tf, layout, state, step, settings, (...weights) =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), network(tf, weights, images.data).logits)
  )
}

/** The share of images whose digit the averaged weights find. */
function accuracy(images: LabelledImages): number {
  const weights = upload(tf, layout, state.ema)
  const { labels } = classify(tf, weights, images)
  tf.dispose(weights)
  return labels.filter((label, i) => label === images.labels[i]).length / images.count
}
