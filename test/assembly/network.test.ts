import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { schedules } from '../reference/schedule.ts'
import { matrix, newCore, numbers, scoped, velocityOf, worstError } from './core.ts'
import { mixer, perceptron, type TwinNetwork } from './networks.ts'

const core = await newCore()
const next = numbers(1)
const networks: [string, TwinNetwork][] = [
  ['a perceptron 1-3-1', perceptron(next, 1, 3)],
  ['a perceptron 2-64-2', perceptron(next, 2, 64)],
  ['a perceptron 13-37-13', perceptron(next, 13, 37)],
  ['a perceptron 64-256-64', perceptron(next, 64, 256)],
  ['a mixer', mixer(next)]
]

describe.each(networks)('%s', (_, network) => {
  const x = matrix(next, 9, network.dim)

  it('equals its 64-bit twin', () => {
    scoped(core, () => {
      const v = network.put(core, 'linear')
      for (const t of [0, 0.3, 1]) {
        const expected = x.flatMap((row) => network.output(t, row))
        expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(3e-6)
      }
    })
  })

  it('gives a row alone the bits it has in a batch, also across tiles', () => {
    const size = fc.integer({ min: 1, max: 23 })
    fc.assert(
      fc.property(
        size,
        fc.constantFrom(undefined, 60000, 200000, 400000),
        fc.nat(),
        (count, bytesPerRow, seed) => {
          scoped(core, () => {
            const v = network.put(core, 'linear', { bytesPerRow })
            const rows = matrix(numbers(seed), count, network.dim)
            const batch = velocityOf(core, v, 0.6, rows)
            rows.forEach((row, i) => expect(velocityOf(core, v, 0.6, [row])).toEqual([batch[i]]))
          })
        }
      ),
      { numRuns: 20 }
    )
  })

  it.each(SCHEDULE_NAMES)(
    'as a denoiser on the %s schedule gives p x + q N, with p and q held from `until` on',
    (schedule) => {
      scoped(core, () => {
        const until = 0.9
        const v = network.put(core, schedule, { prediction: 1, until })
        for (const t of [0, 0.4, 0.9, 0.97, 1]) {
          const { a, aDa, b, db } = schedules[schedule](Math.min(t, until))
          const p = aDa / a ** 2
          const expected = x.flatMap((row) =>
            network.output(t, row).map((y, j) => p * row[j] + (db - p * b) * y)
          )
          expect(worstError(velocityOf(core, v, t, x).flat(), expected), `t = ${t}`).toBeLessThan(1e-5)
        }
      })
    }
  )

  it('lets NaN through to its own row only', () => {
    const v = network.put(core, 'linear', { prediction: 1 })
    const clean = velocityOf(core, v, 0.5, x)
    const dirty = velocityOf(core, v, 0.5, x.with(5, x[5].with(0, NaN)))
    expect(dirty[5][0]).toBeNaN()
    expect(dirty.toSpliced(5, 1)).toEqual(clean.toSpliced(5, 1))
  })
})

it('scratch grows with the batch to a tile of at most 256 KiB, and not beyond', () => {
  const network = perceptron(next, 64, 256)
  const v = network.put(core, 'linear')
  expect(core.scratchBytes(v, 1, -1)).toBe(4 * (64 + 256 + 64))
  expect(core.scratchBytes(v, 8, -1)).toBe(8 * core.scratchBytes(v, 1, -1))
  expect(core.scratchBytes(v, 100000, -1)).toBe(core.scratchBytes(v, 1000, -1))
  expect(core.scratchBytes(v, 1000, -1)).toBeLessThanOrEqual(262144)
})
