import type { Batch } from '../src/types.ts'
import { rows } from '../src/train/batches.ts'
import { permutation, uniforms } from '../src/train/draws.ts'
import { PIXELS, SIDE, type LabelledImages } from './digits.ts'

const FLIPPED = [2, 4, 5, 6, 7, 9] // the others are digits upside down too
const PATCH = 4
const STREAM = { patches: 1, halves: 2 }

/** Digits upside down, of those that are no digits then. */
export function flipped(images: LabelledImages): Batch {
  const chosen = rows(
    images,
    [...images.labels.keys()].filter((i) => FLIPPED.includes(images.labels[i]))
  )
  return mapped(chosen, (data, at) => {
    const [y, x] = [Math.floor((at % PIXELS) / SIDE), at % SIDE]
    return data[at - (at % PIXELS) + (SIDE - 1 - y) * SIDE + x]
  })
}

/** The 49 patches of 4 x 4 pixels of each image in a random order. */
export function shuffledPatches(images: Batch, seed: number): Batch {
  const across = SIDE / PATCH
  const orders = Array.from({ length: images.count }, (_, i) =>
    permutation(seed, STREAM.patches, i, across ** 2)
  )
  return mapped(images, (data, at) => {
    const [row, pixel] = [Math.floor(at / PIXELS), at % PIXELS]
    const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE]
    const from = orders[row][Math.floor(y / PATCH) * across + Math.floor(x / PATCH)]
    const down = Math.floor(from / across) * PATCH + (y % PATCH)
    return data[row * PIXELS + down * SIDE + (from % across) * PATCH + (x % PATCH)]
  })
}

/** The upper half of each image above the lower half of a random image of another digit. */
export function otherHalves(images: LabelledImages, seed: number): Batch {
  const chances = uniforms(seed, STREAM.halves, 0, 0, images.count)
  const partners = images.labels.map((label, row) => {
    const others = [...images.labels.keys()].filter((i) => images.labels[i] !== label)
    return others[Math.floor(chances[row] * others.length)]
  })
  return mapped(images, (data, at) => {
    const [row, pixel] = [Math.floor(at / PIXELS), at % PIXELS]
    return pixel < PIXELS / 2 ? data[at] : data[partners[row] * PIXELS + pixel]
  })
}

function mapped({ count, dim, data }: Batch, value: (data: Float32Array, at: number) => number): Batch {
  return { count, dim, data: data.map((_, at) => value(data, at)) }
}
