import type { ScheduleName } from '../../src/schema/schedule.ts'
import { describe, expect, it } from 'vitest'
import { openFlow, schedules } from '../../src/index.ts'
import { checkMixture } from '../../src/target/mixture.ts'
import { worstError } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { COVARIANCE, flowsOn, gaussian, MEAN, perceptron } from './flows.ts'

describe.each(schedules)('on the $name schedule', (schedule) => {
  const name = schedule.name as ScheduleName
  it('the velocity of a Gaussian is that of the definition, also at both ends', async () => {
    using flow = await openFlow(gaussian(name))
    const { covariances } = checkMixture({
      kind: 'mixture',
      weights: [1],
      means: [MEAN],
      covariances: [COVARIANCE]
    })
    const [{ values, axes }] = covariances
    const twin = {
      weights: [1],
      means: [MEAN],
      variances: [[...values]],
      axes: [[0, 1, 2].map((i) => [...axes.subarray(3 * i, 3 * i + 3)])]
    }
    const x = randomRows(1, 12, 3, 3)
    for (const time of [0, 0.2, 0.5, 0.99, 1]) {
      const { velocity, nfe } = flow.velocity(x, { time })
      const expected = x.flatMap((row) => mixtureVelocity(twin, schedule.at(time), row))
      expect(worstError(velocity.data, expected)).toBeLessThan(1e-6)
      expect({ ...velocity, data: null, nfe }).toEqual({ count: 12, dim: 3, data: null, nfe: 1 })
    }
  })

  it.each(Object.entries(flowsOn(name)))('one Euler step adds the velocity of the %s', async (_, source) => {
    using flow = await openFlow(source)
    const x = randomRows(2, 5, flow.dim)
    const { velocity } = flow.velocity(x, { time: 0 })
    const step = flow.decode(x, { solver: 'euler', steps: 1 })
    expect(step.data).toEqual(
      Float32Array.from(x.flat(), (value, i) => Math.fround(value + velocity.data[i]))
    )
  })
})

it('velocities are in the units of the states, whatever the units of the data', async () => {
  const x = randomRows(6, 4, 3)
  using plain = await openFlow(networkModel(perceptron, 3))
  using scaled = await openFlow(networkModel(perceptron, 3, { preprocessing: { shift: 5, scale: 10 } }))
  expect(scaled.velocity(x, { time: 0.5 })).toEqual(plain.velocity(x, { time: 0.5 }))
})
