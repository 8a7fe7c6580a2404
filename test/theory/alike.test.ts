import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { math } from './math.ts'

type Stds = readonly (number | readonly number[])[]

const twins = (stds: Stds): Target =>
  ({ kind: 'mixture', weights: [1, 1], means: stds[0] instanceof Array ? [[-2, 0], [2, 0]] : [[-2], [2]], stds }) as Target // prettier-ignore

const growthOf = async (target: Target) => {
  using flow = await openFlow({ schedule: 'linear', target })
  const { statements } = await flow.certify({ samples: 0 })
  const { value, hypotheses } = statements.find(({ id }) => id === 'flow-map-lipschitz')!
  return { value, status: hypotheses.map(({ status }) => status), texts: hypotheses.map(({ text }) => text) }
}

describe('two clusters at -2 and 2 of the width 1/2, of which 1490.479 is true', () => {
  it.each([1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-9, 1e-6])(
    'one wider by %f have the growth of equal ones',
    async (more) => {
      const { value, status } = await growthOf(twins([0.5, 0.5 + more]))
      expect(value).toBeCloseTo(1490.478993520864, more > 1e-9 ? 0 : 3)
      expect(status).toEqual(['checked'])
    }
  )

  it.each<[string, Stds]>([
    ['each wider along another axis', [[0.5 + 1e-15, 0.5], [0.5, 0.5 + 1e-15]]], // prettier-ignore
    ['one wider along one axis only', [[0.5, 0.5], [0.5 + 1e-15, 0.5]]] // prettier-ignore
  ])('%s by rounding have it as far as that is rounding', async (_, stds) => {
    const { value, status, texts } = await growthOf(twins(stds))
    // No less than that of the narrower, and no more than rounding above it.
    expect(value).toBeGreaterThanOrEqual(1490.478993520864)
    expect(value).toBeCloseTo(1490.478993520864, 6)
    expect(status).toEqual(['checked', 'assumed'])
    expect(texts[1]).toBe(
      'covariances of components that differ by at most 1e-12 of themselves are one, and the difference is rounding'
    )
  })

  it('each wider along another axis by more than that have none', async () => {
    const { value, status } = await growthOf(twins([[0.5 + 1e-9, 0.5], [0.5, 0.5 + 1e-9]])) // prettier-ignore
    expect({ value, status }).toEqual({ value: null, status: [] })
  })
})

/** A covariance with the variances 0.3 and 0.2 along axes turned by the angle. */
function turned(angle: number, more = 0): number[][] {
  const [c, s, wide, narrow] = [Math.cos(angle), Math.sin(angle), 0.3 * (1 + more), 0.2]
  const across = (wide - narrow) * c * s
  return [
    [wide * c * c + narrow * s * s, across],
    [across, wide * s * s + narrow * c * c]
  ]
}

const full = (...covariances: number[][][]): Target => ({
  kind: 'mixture',
  weights: covariances.map(() => 1),
  means: covariances.map((_, k) => [k, 0]),
  covariances
})

it('full covariances that differ by what computing them leaves are one', () => {
  const { classes, unified } = recognise(full(turned(0.7), turned(0.7 + Math.PI, 1e-15)), math)
  expect(unified).toBe(true)
  expect(classes.map(({ kind }) => kind)).toEqual(['gaussian-mixture', 'log-concave', 'log-convex'])
  expect(recognise(full(turned(0.7), turned(0.7 + 1e-9)), math).unified).toBeUndefined()
})

it('the widest may be several that differ by rounding', () => {
  const small = [[0.1, 0], [0, 0.1]] // prettier-ignore
  const { classes, unified } = recognise(full(turned(0.7), turned(0.7 + Math.PI, 1e-15), small), math)
  expect(unified).toBe(true)
  expect(classes.map(({ kind }) => kind)).toEqual(['widest', 'log-convex'])
})
