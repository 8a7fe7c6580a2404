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
import { namedTensors, startWeights, upload } from '../src/train/layout.ts'
import { adamW, gradientNorm, updateAverage, type TrainingState } from '../src/train/optimizer.ts'
import { loadTensorFlow, type TfTensor } from '../src/train/tensorflow.ts'
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
  warmup: 50,
  finalRate: 0.02,
  betas: [0.9, 0.99] as [number, number],
  weightDecay: 0.01,
  clip: 1
}
const EMA = 0.99

const tf = await loadTensorFlow()
const started = performance.now()
const start = startWeights(layout, SEED)
const zeros = (): Float32Array => new Float32Array(layout.total)
const state: TrainingState = { weights: start, mean: zeros(), variance: zeros(), ema: start.slice() }
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
  ema: EMA,
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
  const weights = upload(tf, layout, state.weights)
  const { value, grads } = tf.tidy(() => {
    const truth = tf.oneHot(labels, 10)
    const lossOf = (...current: TfTensor[]): ReturnType<typeof tf.scalar> =>
      tf.losses.softmaxCrossEntropy(truth, network(tf, current, images.data).logits)
    return tf.valueAndGrads(lossOf)(weights)
  })
  const loss = value.dataSync()[0]
  const gradients = grads.map((gradient) => gradient.dataSync() as Float32Array)
  tf.dispose([value, grads, weights])
  adamW(state, gradients, gradientNorm(gradients), step, layout, settings)
  updateAverage(state, step, EMA)
  return loss
}

/** The share of images whose digit the averaged weights find. */
function accuracy(images: LabelledImages): number {
  const weights = upload(tf, layout, state.ema)
  const { labels } = classify(tf, weights, images)
  tf.dispose(weights)
  return labels.filter((label, i) => label === images.labels[i]).length / images.count
}
