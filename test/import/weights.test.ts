import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { weightsByNames } from '../../src/import/weights.ts'
import { parseSafetensors } from '../../src/io/safetensors.ts'
import type { MlpArchitecture } from '../../src/schema/architecture.ts'
import { refusal } from '../fixtures/refusal.ts'
import { networkOutput } from '../reference/network.ts'
import { fixtureTensors } from './fixtures.ts'

const stateOf = (kind: string) =>
  parseSafetensors(readFileSync(`test/fixtures/onnx/gelu-mlp.weights.${kind}.safetensors`))

const architecture: MlpArchitecture = { kind: 'mlp', dim: 3, hidden: [24, 24], activation: 'gelu-erf' }
const names = { 'layers.0': 'layers.0', 'layers.1': 'layers.2', 'layers.2': 'layers.4' }

// 16-bit floats keep 11 bits of a number, brain floats 8.
it.each([
  ['f32', 1e-6],
  ['f16', 2e-3],
  ['bf16', 2e-2]
])('the state of a PyTorch module in %s is the network of the map of names', (kind, tolerance) => {
  const { tensors, leftOut } = weightsByNames(architecture, stateOf(kind), names)
  expect(leftOut).toEqual([])
  const reference = fixtureTensors('gelu-mlp')
  const [x, t, output] = ['x', 't', 'output'].map((name) => reference.get(name)!.data)
  const scale = Math.max(...output.map(Math.abs))
  for (let i = 0; i < t.length; i++) {
    const y = networkOutput(architecture, tensors, t[i], [...x.subarray(3 * i, 3 * i + 3)])
    y.forEach((value, j) => expect(Math.abs(value - output[3 * i + j]) / scale).toBeLessThan(tolerance))
  }
})

it('axes of size 1 before the others are left out', () => {
  const tensors = new Map([
    ['a.weight', { shape: [1, 24, 4], data: new Float32Array(96).fill(0.5) }],
    ['a.bias', { shape: [24], data: new Float32Array(24) }]
  ])
  const one: MlpArchitecture = { kind: 'mlp', dim: 3, hidden: [24], activation: 'silu' }
  const rest = stateOf('f32')
  const all = new Map([
    ...tensors,
    ['b.weight', rest.get('layers.4.weight')!],
    ['b.bias', rest.get('layers.4.bias')!]
  ])
  const { tensors: found } = weightsByNames(one, all, { 'layers.0': 'a', 'layers.1': 'b' })
  expect(found.get('layers.0.weight')?.shape).toEqual([24, 4])
})

it('a tensor that is missing is named, here and there, with those that there are', () => {
  const { code, message } = refusal(() => weightsByNames(architecture, stateOf('f32')))
  expect(code).toBe('invalid_model')
  expect(message).toContain('must hold `layers.1.weight` for the tensor `layers.1.weight`')
  expect(message).toContain('layers.2.weight')
})

it('a tensor of another shape is refused', () => {
  const { message } = refusal(() =>
    weightsByNames({ ...architecture, hidden: [24, 16] }, stateOf('f32'), names)
  )
  expect(message).toBe(
    'the tensor `layers.2.weight` must have the shape [16, 24] of `layers.1.weight`, got [24, 24]'
  )
})

it('what the architecture does not read is told', () => {
  const more = new Map([...stateOf('f32'), ['ema.step', { shape: [1], data: Float32Array.of(3) }]])
  expect(weightsByNames(architecture, more, names).leftOut).toEqual(['ema.step'])
})

it('a weight that is not a number is refused', () => {
  const state = new Map(stateOf('f32'))
  const { shape, data } = state.get('layers.0.bias')!
  state.set('layers.0.bias', { shape, data: data.map((value, i) => (i === 5 ? NaN : value)) })
  expect(refusal(() => weightsByNames(architecture, state, names)).message).toContain('got NaN at position 5')
})
