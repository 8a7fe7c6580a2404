import { describe, expect, it } from 'vitest'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { integrate, tableaus } from '../reference/rungeKutta.ts'
import { schedules } from '../reference/schedule.ts'
import {
  grid,
  integrateOn,
  matrix,
  newCore,
  numbers,
  putF32,
  putSchedule,
  scoped,
  worstError,
  type TableauName
} from './core.ts'
import { putMixture, randomMixture } from './mixture.ts'
import { mixer, perceptron } from './networks.ts'

const core = await newCore()
const METHODS = Object.keys(tableaus) as TableauName[]
const next = numbers(1)
const points = matrix(next, 40, 3)
const velocities = {
  mixture: { dim: 3, at: putMixture(core, 'linear', randomMixture(next, 3, 3, true)) },
  diagonal: { dim: 5, at: putMixture(core, 'trigonometric', randomMixture(next, 2, 5, false)) },
  empirical: {
    dim: 3,
    at: core.newEmpirical(putSchedule(core, 'linear'), 3, 40, putF32(core, points.flat()), 0.2)
  },
  perceptron: { dim: 7, at: perceptron(next, 7, 20).put(core, 'linear', { prediction: 1 }) },
  mixer: { dim: 24, at: mixer(next).put(core, 'trigonometric', { bytesPerRow: 60000 }) }
}

describe.each(METHODS)('%s', (method) => {
  it.each(SCHEDULE_NAMES)(
    'follows its 64-bit twin on a mixture, both ways, on the %s schedule',
    (schedule) => {
      const mixture = randomMixture(numbers(5), 3, 2, true)
      const x = matrix(numbers(6), 6, 2)
      const velocity = (t: number, row: readonly number[]) =>
        mixtureVelocity(mixture, schedules[schedule](t), row)
      scoped(core, () => {
        const v = putMixture(core, schedule, mixture)
        for (const times of [grid(0, 1, 10), grid(1, 0, 10), [0.2, 0.25, 0.5, 0.9]]) {
          const expected = x.flatMap((row) => integrate(tableaus[method], velocity, row, times))
          expect(worstError(integrateOn(core, v, method, times, x).flat(), expected)).toBeLessThan(2e-6)
        }
      })
    }
  )

  it('has its order on the flow to a Gaussian', () => {
    // X_t = b m + sqrt(a^2 + b^2 s^2) z in closed form; steps large enough that f32 rounding is far below the error.
    const [m, s, z] = [0, 3, 3]
    const v = putMixture(core, 'trigonometric', { weights: [1], means: [[m]], variances: [[s * s]] })
    const error = (steps: number) =>
      Math.abs(integrateOn(core, v, method, grid(0, 1, steps), [[z]])[0][0] - (m + s * z))
    const coarse = { euler: 128, heun: 128, rk4: 8 }[method]
    const slope = Math.log2(error(coarse) / error(2 * coarse))
    expect(Math.abs(slope - tableaus[method].order)).toBeLessThan(0.25)
  })

  describe.each(Object.entries(velocities))('with the velocity of a %s', (_, { dim, at }) => {
    const x = matrix(numbers(7), 9, dim)
    const times = grid(0, 1, 6)
    const whole = integrateOn(core, at, method, times, x)

    it('gives a row alone the bits it has in a batch', () => {
      x.forEach((row, i) => expect(integrateOn(core, at, method, times, [row])).toEqual([whole[i]]))
      expect(integrateOn(core, at, method, times, x.slice(2, 7))).toEqual(whole.slice(2, 7))
    })

    it.each([1, 2, 4, 5])('gives the same bits in slices of %i steps as at once', (slice) => {
      expect(integrateOn(core, at, method, times, x, slice)).toEqual(whole)
    })

    it('gives the same bits in two trajectories that meet as in one', () => {
      const half = integrateOn(core, at, method, times.slice(0, 4), x)
      expect(integrateOn(core, at, method, times.slice(3), half)).toEqual(whole)
    })

    it('moves the state, and stays finite', () => {
      expect(whole.flat().every(Number.isFinite)).toBe(true)
      expect(worstError(whole.flat(), x.flat())).toBeGreaterThan(0.01)
    })
  })
})

it('advance reports the steps done, stops at the end, and takes no step for 0 or less', () => {
  scoped(core, () => {
    const { at } = velocities.mixture
    const x = putF32(core, [1, 2, 3])
    const times = new Float64Array(core.memory.buffer, core.alloc(48), 6)
    times.set(grid(0, 1, 5))
    const tableau = new Float64Array(core.memory.buffer, core.alloc(24), 3)
    tableau.set([0, 1, 0])
    const scratch = core.alloc(core.scratchBytes(at, 1, -1))
    const trajectory = core.newTrajectory(
      at,
      x,
      1,
      times.byteOffset,
      5,
      0,
      1,
      tableau.byteOffset,
      0,
      -1,
      scratch
    )
    expect([0, -3, 2, 2, 2, 2].map((steps) => core.advance(trajectory, steps))).toEqual([0, 0, 2, 4, 5, 5])
    expect(core.advance(trajectory, 2 ** 31 - 1)).toBe(5)
  })
})
