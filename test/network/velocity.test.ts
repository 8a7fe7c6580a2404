import { describe, expect, it } from 'vitest'
import { dimOf } from '../../src/network/forward.ts'
import { networkVelocity } from '../../src/network/velocity.ts'
import { schedules } from '../../src/schedule/index.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { NetworkTarget } from '../../src/schema/flowFile.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { networkOutput } from '../reference/network.ts'
import { ARCHITECTURES } from './architectures.ts'

const TIMES = [0, 0.31, 0.5, 0.97, 1]

const target = (architecture: Architecture, fields: Partial<NetworkTarget> = {}): NetworkTarget => ({
  kind: 'network',
  architecture,
  prediction: 'velocity',
  denoiserUntil: 0.95,
  weights: 'weights.safetensors',
  ...fields
})

describe.each(Object.entries(ARCHITECTURES))('%s', (_, architecture) => {
  const tensors = randomWeights(architecture, 17)
  const dim = dimOf(architecture)

  it.each([1, 2, 5, 33])('gives in the core what it gives in 64 bits, for %i rows', async (count) => {
    const core = await newCore()
    const v = networkVelocity(core, putSchedule(core, 'linear'), target(architecture), tensors)
    const x = randomRows(count, count, dim, 2)
    for (const t of TIMES) {
      const expected = x.flatMap((row) => networkOutput(architecture, tensors, t, row))
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(1e-5)
    }
  })

  it.each(schedules)('turns a denoiser into the velocity of the $name schedule', async (schedule) => {
    const core = await newCore()
    const fields = { prediction: 'denoiser', denoiserUntil: 0.9 } as const
    const v = networkVelocity(
      core,
      putSchedule(core, schedule.name as ScheduleName),
      target(architecture, fields),
      tensors
    )
    const x = randomRows(4, 6, dim)
    for (const t of TIMES) {
      const { a, aDa, b, db } = schedule.at(Math.min(t, 0.9))
      const p = aDa / a ** 2
      const expected = x.flatMap((row) =>
        networkOutput(architecture, tensors, t, row).map((n, j) => p * row[j] + (db - p * b) * n)
      )
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(4e-5)
    }
  })

  it('answers a row alone as it answers it in a batch, to the bit', async () => {
    const core = await newCore()
    const v = networkVelocity(core, putSchedule(core, 'linear'), target(architecture), tensors)
    const x = randomRows(9, 37, dim)
    const together = velocityOf(core, v, 0.4, x)
    x.forEach((row, i) => {
      expect(velocityOf(core, v, 0.4, [row])[0]).toEqual(together[i])
    })
  })

  it('leaves its weights as they were', async () => {
    const core = await newCore()
    networkVelocity(core, putSchedule(core, 'linear'), target(architecture), tensors)
    expect(tensors).toEqual(randomWeights(architecture, 17))
  })
})
