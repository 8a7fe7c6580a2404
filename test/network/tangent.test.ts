import { describe, expect, it } from 'vitest'
import { dimOf } from '../../src/network/forward.ts'
import { networkVelocity } from '../../src/network/velocity.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { NetworkTarget } from '../../src/schema/flowFile.ts'
import { askOf } from '../assembly/asking.ts'
import { newCore, putSchedule, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { networkOutput } from '../reference/network.ts'
import { ARCHITECTURES } from './architectures.ts'

const H = 1e-6
const T = 0.37
const core = await newCore()

/** The derivative of the 64-bit twin along u, by central differences: about ten digits. */
function derivative(
  architecture: Architecture,
  tensors: Parameters<typeof networkOutput>[1],
  x: readonly number[],
  u: readonly number[]
): number[] {
  const at = (h: number) =>
    networkOutput(
      architecture,
      tensors,
      T,
      x.map((value, j) => value + h * u[j])
    )
  const [ahead, behind] = [at(H), at(-H)]
  return ahead.map((value, j) => (value - behind[j]) / (2 * H))
}

describe.each(Object.entries(ARCHITECTURES))('%s', (_, architecture) => {
  const tensors = randomWeights(architecture, 19)
  const dim = dimOf(architecture)
  const target: NetworkTarget = {
    kind: 'network',
    architecture,
    prediction: 'velocity',
    denoiserUntil: 0.95,
    weights: 'weights.safetensors'
  }
  const v = networkVelocity(core, putSchedule(core, 'linear'), target, tensors)
  const ask = askOf(core, v)

  it.each([1, 3, 17, 40])(
    'has in the core the derivative that it has in 64 bits, along %i directions',
    (k) => {
      const x = randomRows(5, 3, dim)
      const directions = randomRows(6, 3 * k, dim)
      const { velocity, tangents } = ask.jvp(T, x, directions)
      const expected = directions.map((u, i) => derivative(architecture, tensors, x[Math.floor(i / k)], u))
      const size = Math.max(1, ...expected.flat().map(Math.abs))
      expect(worstError(tangents.flat(), expected.flat())).toBeLessThan(2e-5 * size)
      expect(velocity).toEqual(velocityOf(core, v, T, x))
    }
  )

  it('has the trace of that derivative as its divergence', () => {
    const x = randomRows(8, 5, dim)
    const { velocity, traces } = ask.divergence(T, x)
    const unit = (j: number) => Array.from({ length: dim }, (_, i) => (i === j ? 1 : 0))
    x.forEach((row, i) => {
      let trace = 0
      for (let j = 0; j < dim; j++) trace += derivative(architecture, tensors, row, unit(j))[j]
      expect(Math.abs(traces[i] - trace)).toBeLessThan(2e-5 * Math.max(1, dim))
    })
    expect(velocity).toEqual(velocityOf(core, v, T, x))
  })

  it('has them of a row alone as in a batch, to the bit', () => {
    const x = randomRows(9, 21, dim)
    const directions = randomRows(10, 42, dim)
    const together = ask.jvp(T, x, directions).tangents
    const traces = ask.divergence(T, x).traces
    x.forEach((row, i) => {
      expect(ask.jvp(T, [row], directions.slice(2 * i, 2 * i + 2)).tangents).toEqual(
        together.slice(2 * i, 2 * i + 2)
      )
      expect(ask.divergence(T, [row]).traces[0]).toBe(traces[i])
    })
  })

  it('estimates the divergence by probes e as e^T J e', () => {
    const x = randomRows(11, 2, dim)
    const probes = randomRows(12, 6, dim)
    const { traces } = ask.divergence(T, x, probes)
    probes.forEach((e, i) => {
      const tangent = derivative(architecture, tensors, x[Math.floor(i / 3)], e)
      const exact = e.reduce((sum, value, j) => sum + value * tangent[j], 0)
      expect(Math.abs(traces[i] - exact)).toBeLessThan(2e-5 * (1 + Math.abs(exact)) * dim)
    })
  })
})
