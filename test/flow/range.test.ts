import { describe, expect, it } from 'vitest'
import type { ModelSource } from '../../src/flow/source.ts'
import { openFlow } from '../../src/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { perceptron } from './flows.ts'

const model = (shift: number | number[], scale: number | number[]): ModelSource =>
  networkModel(perceptron, 3, { preprocessing: { shift, scale } })

describe('a preprocessing that 32 bits cannot hold', () => {
  it.each([
    ['a shift beyond the largest number', 1e39, 1, 'preprocessing.shift', '1e+39'],
    ['one such shift of several', [0, -1e39, 0], 1, 'preprocessing.shift[1]', '-1e+39'],
    ['a scale beyond the largest number', 0, 1e39, 'preprocessing.scale', '1e+39'],
    ['a scale below the smallest number', 0, 1e-46, 'preprocessing.scale', '1e-46'],
    ['one such scale of several', 0, [1, 1, 1e-50], 'preprocessing.scale[2]', '1e-50']
  ])('is refused: %s', async (_, shift, scale, path, got) => {
    const want = path.includes('scale') ? 'a positive' : 'a finite'
    expect(await laterRefusal(() => openFlow(model(shift, scale)))).toEqual({
      code: 'invalid_model',
      path,
      message: `\`${path}\` must be ${want} 32-bit number, got ${got}`
    })
  })
})

it('a row that is finite as a state and not as data is diverged, its neighbours are not', async () => {
  // Data = 1.5e38 + 1e38 z: past the largest number, 3.4e38, for some z of these rows alone.
  using flow = await openFlow({
    manifest: {
      format: 1,
      name: 'wide',
      description: 'numbers next to the largest',
      licence: 'MIT',
      flow: { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } },
      data: { kind: 'vector' },
      preprocessing: { shift: 1.5e38, scale: 1e38 }
    },
    files: {}
  })
  const { status, data } = flow.decode([[0], [3], [-1]])
  expect([...data].map(Number.isFinite)).toEqual([true, false, true])
  expect(status).toEqual(['ok', 'diverged', 'ok'])
  const drawn = flow.sample({ count: 500, seed: 1 })
  expect(drawn.status.map((status) => status === 'ok')).toEqual([...drawn.data].map(Number.isFinite))
  expect(new Set(drawn.status).size).toBe(2)
})

it('a row that overflows from data to a state is diverged, its neighbours are not', async () => {
  using flow = await openFlow(model(0, 1e-3))
  const { status } = flow.encode([
    [0, 0, 0],
    [3e38, 0, 0],
    [1e-3, 0, 0]
  ])
  expect(status).toEqual(['ok', 'diverged', 'ok'])
})

it('data become states by one subtraction and one division, each rounded to 32 bits', async () => {
  const [shift, scale] = [0.3, 0.7].map(Math.fround)
  using plain = await openFlow(model(0, 1))
  using scaled = await openFlow(model(0.3, 0.7))
  const x = randomRows(4, 50, 3)
  const states = x.map((row) => row.map((value) => Math.fround(Math.fround(value - shift) / scale)))
  // With the subtraction in 64 bits some of them would be others.
  expect(states.flat()).not.toEqual(x.flat().map((value) => Math.fround((value - shift) / scale)))
  expect(scaled.encode(x).data).toEqual(plain.encode(states).data)
})
