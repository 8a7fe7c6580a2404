import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { clamped } from '../../scripts/digitsBaselines.ts'
import { loadDigits, PIXELS } from '../../scripts/digits.ts'
import { openFlow } from '../../src/index.ts'
import { parseNpy } from '../../src/io/index.ts'
import { precisionRecall } from '../../src/metric/neighbours.ts'
import type { Batch } from '../../src/types.ts'

const folder = fileURLToPath(new URL('../../models/digits/', import.meta.url))
const file = parseNpy(readFileSync(`${folder}heldout.npy`))
const shipped: Batch = { count: 40, dim: PIXELS, data: file.data.map((byte) => byte / 255) }
const { train, validation, heldOut } = loadDigits()

const distanceTo = (image: Float32Array, { count, data }: Batch) =>
  Array.from({ length: count }, (_, i) =>
    image.reduce((most, pixel, j) => Math.max(most, Math.abs(pixel - data[i * PIXELS + j])), 0)
  )

it('takes 2 MB at most, all its files together', () => {
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(folder + name).size, 0)
  expect(bytes).toBeLessThan(2_000_000)
})

it('ships held-out images, four of each digit in turn, which it did not learn from', () => {
  expect(file.shape).toEqual([40, PIXELS])
  for (let row = 0; row < 40; row += 4) {
    const image = shipped.data.subarray(row * PIXELS, (row + 1) * PIXELS)
    const distances = distanceTo(image, heldOut)
    const nearest = Math.min(...distances)
    expect(nearest).toBeLessThan(0.5 / 255)
    expect(heldOut.labels[distances.indexOf(nearest)]).toBe(row / 4)
    for (const seen of [train, validation]) expect(Math.min(...distanceTo(image, seen))).toBeGreaterThan(0.1)
  }
}, 60_000)

it('gives held-out digits back after encoding and decoding by Heun in 50 steps, within 0.02 in every RMS', async () => {
  using flow = await openFlow('digits')
  const images = {
    count: 10,
    dim: PIXELS,
    data: shipped.data.filter((_, i) => Math.floor(i / PIXELS) % 4 === 0)
  }
  const options = { solver: 'heun', steps: 50 } as const
  const { data } = flow.decode(flow.encode(images, options), options)
  for (let i = 0; i < images.count; i++) {
    const squares = data
      .subarray(i * PIXELS, (i + 1) * PIXELS)
      .map((x, j) => (x - images.data[i * PIXELS + j]) ** 2)
    expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / PIXELS)).toBeLessThan(0.02)
  }
}, 60_000)

it('is calibrated: held-out digits are as usual as others, and turned by half they are not', async () => {
  using flow = await openFlow('digits')
  const turned = shipped.data.map((_, at) => {
    const pixel = at % PIXELS
    return shipped.data[at - pixel + PIXELS - 1 - pixel]
  })
  const medianOf = async (images: Batch): Promise<number | undefined> =>
    (await flow.anomaly(images)).pValue?.toSorted()[images.count / 2]
  expect(await medianOf(shipped)).toBeGreaterThan(0.25)
  expect(await medianOf({ ...shipped, data: turned })).toBeLessThan(0.25)
}, 60_000)

it('draws digits: at least 0.6 of them lie among the held-out images', async () => {
  using flow = await openFlow('digits')
  const samples = clamped(flow.sample({ count: 200, seed: 11, solver: 'heun', steps: 10 }))
  expect(precisionRecall(samples, heldOut).precision).toBeGreaterThan(0.6)
}, 60_000)
