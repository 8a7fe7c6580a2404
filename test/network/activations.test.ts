import { describe, expect, it } from 'vitest'
import { dimOf } from '../../src/network/forward.ts'
import { networkVelocity } from '../../src/network/velocity.ts'
import { ACTIVATIONS, type Architecture } from '../../src/schema/architecture.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { networkOutput } from '../reference/network.ts'

describe.each(ACTIVATIONS)('with the activation %s', (activation) => {
  it.each<Architecture>([
    { kind: 'mlp', dim: 3, hidden: [11, 6], activation },
    { kind: 'residual-mlp', dim: 3, width: 13, depth: 2, timeWidth: 6, activation },
    {
      kind: 'mixer',
      image: [4, 6, 1],
      patch: 2,
      width: 9,
      depth: 2,
      tokenHidden: 5,
      channelHidden: 11,
      timeWidth: 6,
      activation
    }
  ])('the core gives a $kind what 64 bits give it', async (architecture) => {
    const core = await newCore()
    const tensors = randomWeights(architecture, 29)
    const target = {
      kind: 'network',
      architecture,
      prediction: 'velocity',
      denoiserUntil: 0.95,
      weights: 'weights.safetensors'
    } as const
    const v = networkVelocity(core, putSchedule(core, 'linear'), target, tensors)
    // Large enough to reach the flat parts of the activations, too.
    const x = randomRows(31, 9, dimOf(architecture), 6)
    for (const t of [0, 0.6, 1]) {
      const expected = x.flatMap((row) => networkOutput(architecture, tensors, t, row))
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(1e-5)
    }
  })
})
