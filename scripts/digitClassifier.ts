import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSafetensors } from '../src/io/safetensors.ts'
import type { Parameter } from '../src/network/parameters.ts'
import { flatten, layoutIn, upload } from '../src/train/layout.ts'
import { affine } from '../src/train/kernels.ts'
import { loadTensorFlow, type TensorFlow, type TfTensor } from '../src/train/tensorflow.ts'
import type { Batch } from '../src/types.ts'
import { PIXELS, SIDE } from './digits.ts'

/** Where the weights lie, and beside them the record of how they were trained and how often they are right. */
export const CLASSIFIER_FILES = {
  weights: fileURLToPath(new URL('data/digitClassifier.safetensors', import.meta.url)),
  record: fileURLToPath(new URL('data/digitClassifier.json', import.meta.url))
}

const CLASSES = 10
/** First convolution: 5 x 5 pixels every 2, so that 28 x 28 gives 12 x 12. */
const FIRST = { size: 5, stride: 2, side: 12, channels: 16 }
/** Second convolution: 3 x 3, so that 12 x 12 gives 10 x 10, of which pooling leaves 5 x 5. */
const SECOND = { size: 3, side: 10, channels: 32 }
const POOLED = SECOND.side / 2
const FEATURES = 64

const layer = (name: string, outputs: number, inputs: number): Parameter[] => [
  { name: `${name}.weight`, shape: [outputs, inputs], fanIn: inputs },
  { name: `${name}.bias`, shape: [outputs], fanIn: 0 }
]

/** The classifier's 56,970 weights, all layers as (outputs, inputs). */
export const CLASSIFIER_LAYOUT = layoutIn(PIXELS, [
  ...layer('first', FIRST.channels, FIRST.size ** 2),
  ...layer('second', SECOND.channels, SECOND.size ** 2 * FIRST.channels),
  ...layer('features', FEATURES, POOLED ** 2 * SECOND.channels),
  ...layer('classes', CLASSES, FEATURES)
])

/** What the classifier takes an image for. */
export interface Classified {
  /** The most probable digit of each image. */
  readonly labels: readonly number[]
  /** The probability of that digit. It says nothing of what is no digit: noise, too, is often called one with certainty. */
  readonly confidences: readonly number[]
  /** The 64 features before their ReLU, shape (count, 64). */
  readonly features: Batch
}

/** Opens the classifier as it was trained by `npm run train:classifier`; images have pixels in [0, 1]. */
export async function openDigitClassifier(): Promise<(images: Batch) => Classified> {
  const tensors = parseSafetensors(readFileSync(CLASSIFIER_FILES.weights))
  const tf = await loadTensorFlow()
  const weights = upload(tf, CLASSIFIER_LAYOUT, flatten(CLASSIFIER_LAYOUT, tensors))
  return (images) => classify(tf, weights, images)
}

/** Classifies images, 250 at a time so that their patches take little memory. */
export function classify(tf: TensorFlow, weights: readonly TfTensor[], images: Batch): Classified {
  const labels: number[] = []
  const confidences: number[] = []
  const features = new Float32Array(images.count * FEATURES)
  for (let from = 0; from < images.count; from += 250) {
    const chunk = images.data.subarray(from * PIXELS, (from + 250) * PIXELS)
    const [found, probabilities] = tf.tidy(() => {
      const { features, logits } = network(tf, weights, chunk)
      return [features.dataSync(), tf.softmax(logits).dataSync()]
    })
    features.set(found, from * FEATURES)
    for (let at = 0; at < probabilities.length; at += CLASSES) {
      const row = probabilities.slice(at, at + CLASSES)
      const confidence = Math.max(...row)
      labels.push(row.indexOf(confidence))
      confidences.push(confidence)
    }
  }
  return { labels, confidences, features: { count: images.count, dim: FEATURES, data: features } }
}

/**
 * The classifier of the digits' scores: convolution 5 x 5 every 2 to 16 channels, ReLU, convolution 3 x 3 to 32, ReLU,
 * maxima of 2 x 2, 64 features, ReLU, 10 logits; none of them padded. TensorFlow.js' WebAssembly backend lacks
 * gradients of convolutions, so these are products of patches and matrices.
 *
 * @param weights in the order of `CLASSIFIER_LAYOUT`
 * @param images pixels in [0, 1], (B, 784)
 */
export function network(
  tf: TensorFlow,
  weights: readonly TfTensor[],
  images: Float32Array
): { features: TfTensor; logits: TfTensor } {
  const count = images.length / PIXELS
  const dense = (x: TfTensor, i: number): TfTensor => affine(tf, x, weights[2 * i], weights[2 * i + 1])
  const patches = tf.tensor2d(imagePatches(images), [count * FIRST.side ** 2, FIRST.size ** 2])
  const first = tf.relu(dense(patches, 0)).reshape([count, FIRST.side, FIRST.side, FIRST.channels])
  const windows = tf.concat(
    Array.from({ length: SECOND.size ** 2 }, (_, k) => {
      const [top, left] = [Math.floor(k / SECOND.size), k % SECOND.size]
      return tf.slice(first, [0, top, left, 0], [count, SECOND.side, SECOND.side, FIRST.channels])
    }),
    3
  )
  const second = tf.relu(dense(windows.reshape([count * SECOND.side ** 2, -1]), 1))
  const rowMaxima = pairMaxima(tf, second, count * SECOND.side * POOLED, SECOND.channels)
  const pooled = pairMaxima(tf, rowMaxima, count * POOLED, POOLED * SECOND.channels)
  const features = dense(pooled.reshape([count, POOLED ** 2 * SECOND.channels]), 2)
  return { features, logits: dense(tf.relu(features), 3) }
}

/** The larger of each two neighbours: (pairs, 2, width) to (pairs, width). */
function pairMaxima(tf: TensorFlow, x: TfTensor, pairs: number, width: number): TfTensor {
  const both = x.reshape([pairs, 2, width])
  return tf.maximum(
    tf.slice(both, [0, 0, 0], [pairs, 1, width]),
    tf.slice(both, [0, 1, 0], [pairs, 1, width])
  )
}

/** The patches that the first convolution sees, (B * 144, 25): the images need no gradient, so the host cuts them. */
function imagePatches(images: Float32Array): Float32Array {
  const { size, stride, side } = FIRST
  const out = new Float32Array((images.length / PIXELS) * side ** 2 * size ** 2)
  let at = 0
  for (let image = 0; image < images.length; image += PIXELS) {
    for (let patch = 0; patch < side ** 2; patch++) {
      const corner = image + stride * (Math.floor(patch / side) * SIDE + (patch % side))
      for (let row = 0; row < size; row++, at += size) {
        const start = corner + row * SIDE
        out.set(images.subarray(start, start + size), at)
      }
    }
  }
  return out
}
