import { describe, expect, it } from 'vitest'
import { OnnxWriter } from '../../src/export/onnxWriter.ts'
import { erf } from '../../src/import/cone.ts'
import { importOnnx } from '../../src/import/onnx.ts'
import { refusal } from '../fixtures/refusal.ts'

type Node = (type: string, inputs: readonly (string | number)[]) => string

/** The operations that a function of the state (batch, 4) becomes, written with nodes and numbers. */
function operationsOf(build: (node: Node) => string): string[] {
  const writer = new OnnxWriter()
  let count = 0
  const node: Node = (type, inputs) => {
    const names = inputs.map((input) =>
      typeof input === 'string'
        ? input
        : writer.floats(`number${String(++count)}`, { shape: [], data: Float32Array.of(input) })
    )
    return writer.node(type, names, type.startsWith('Reduce') ? { axes: [-1], keepdims: 1 } : {})
  }
  const bytes = writer.file({ x: ['batch', 4], t: ['batch', 1] }, build(node))
  return importOnnx(bytes).architecture.nodes.map((each) =>
    each.op === 'activate' ? `${each.op} ${String(each.activation)}` : each.op
  )
}

const squares = (node: Node, x: string): string => node('ReduceMean', [node('Mul', [x, x])])

describe('what is one of our functions, however it is written', () => {
  it.each<readonly [string, string, (node: Node) => string]>([
    ['relu as a bound', 'activate relu', (node) => node('Clip', ['x', 0])],
    ['relu as a maximum', 'activate relu', (node) => node('Max', ['x', 0])],
    ['silu by its sigmoid', 'activate silu', (node) => node('Mul', ['x', node('Sigmoid', ['x'])])],
    [
      'silu by an exponential, which overflows',
      'activate silu',
      (node) => node('Div', ['x', node('Add', [node('Exp', [node('Neg', ['x'])]), 1])])
    ],
    [
      'softplus by a logarithm, which overflows',
      'activate softplus',
      (node) => node('Log', [node('Add', [node('Exp', ['x']), 1])])
    ],
    [
      'gelu by erf',
      'activate gelu-erf',
      (node) =>
        node('Mul', [
          node('Mul', ['x', node('Add', [node('Erf', [node('Div', ['x', Math.SQRT2])]), 1])]),
          0.5
        ])
    ],
    [
      'a norm with a tiny epsilon',
      'rmsNorm',
      (node) => node('Div', ['x', node('Sqrt', [node('Add', [squares(node, 'x'), 1e-12])])])
    ],
    [
      'a norm that takes the mean off',
      'layerNorm',
      (node) => {
        const d = node('Sub', ['x', node('ReduceMean', ['x'])])
        return node('Div', [d, node('Sqrt', [node('Add', [squares(node, d), 1e-5])])])
      }
    ]
  ])('%s', (_, operation, build) => {
    expect(operationsOf(build)).toEqual(['state', operation])
  })
})

describe('what agrees with one of our functions on a part of the line alone is not taken for it', () => {
  it.each<readonly [string, RegExp, (node: Node) => string]>([
    ['relu up to 8', /Min_2.*Min is not/, (node) => node('Min', [node('Relu', ['x']), 8])],
    [
      'silu down to -7',
      /Max_1.*a bound other than 0/,
      (node) => node('Mul', ['x', node('Sigmoid', [node('Max', ['x', -7])])])
    ],
    ['a bound on both sides', /Clip_1.*a bound other than 0/, (node) => node('Clip', ['x', 0, 6])],
    [
      'a norm whose variance has a bound',
      /Min_\d.*Min is not/,
      (node) => {
        const d = node('Sub', ['x', node('ReduceMean', ['x'])])
        const variance = node('Min', [squares(node, d), 30])
        return node('Div', [d, node('Sqrt', [node('Add', [variance, 1e-5])])])
      }
    ],
    [
      'a norm that bends at large variances',
      /Sqrt_\d.*Sqrt is not/,
      (node) => {
        const m = squares(node, 'x')
        const bend = node('Mul', [node('Mul', [m, m]), 1e-9])
        return node('Div', ['x', node('Sqrt', [node('Add', [node('Add', [m, 1e-5]), bend])])])
      }
    ]
  ])('%s', (_, reason, build) => {
    expect(refusal(() => operationsOf(build)).message).toMatch(reason)
  })

  it('a tanh that rises on at a slope of 2^-21 keeps its slope', () => {
    const build = (node: Node): string => node('Add', [node('Tanh', ['x']), node('Mul', ['x', 2 ** -21])])
    expect(operationsOf(build)).toEqual(['state', 'activate tanh', 'parameter', 'addGated'])
  })
})

// Abramowitz and Stegun, table 7.1; beyond it, 1 - erfc with erfc(3) = 2.2090497e-5 and erfc(4) = 1.5417257900e-8.
it.each([
  [0, 0],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [-2.4, -0.9993114861033549],
  [2.6, 0.9997639655834707],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
  [-6.5, -1]
])('erf(%d) is %d', (x, y) => {
  expect(Math.abs(erf(x) - y)).toBeLessThan(1e-13)
})
