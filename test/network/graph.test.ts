import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { formatSafetensors } from '../../src/io/safetensors.ts'
import type { Tensors } from '../../src/types.ts'
import { laterRefusal, type Refusal } from '../fixtures/refusal.ts'

const vector = (...values: number[]): { shape: number[]; data: Float32Array } => ({
  shape: [values.length],
  data: Float32Array.from(values)
})

/** A graph of states of two numbers, as a model in memory. */
const model = (nodes: unknown[], tensors: Tensors = new Map(), output = nodes.length - 1, more = {}): never =>
  ({
    manifest: {
      format: 1,
      name: 'graph',
      description: '',
      licence: '',
      flow: {
        schedule: 'linear',
        target: {
          kind: 'network',
          architecture: { kind: 'graph', dim: 2, nodes, output },
          prediction: 'velocity',
          weights: 'weights.safetensors',
          ...more
        }
      },
      data: { kind: 'vector' }
    },
    files: { 'weights.safetensors': formatSafetensors(tensors) }
  }) as never

const state = { op: 'state' }
const time = { op: 'time' }

it('a graph is the function that its nodes say', async () => {
  // v = x * (3, 5) + cos(t), in both coordinates
  const nodes = [
    state,
    { op: 'parameter', name: 'gain', tokens: 1, width: 2 },
    { op: 'multiply', inputs: [0, 1] },
    time,
    { op: 'activate', inputs: [3], activation: 'cosine' },
    { op: 'concat', inputs: [4, 4] },
    { op: 'add', inputs: [2, 5] }
  ]
  using flow = await openFlow(model(nodes, new Map([['gain', vector(3, 5)]])))
  const { data } = flow.velocity([[0.5, -1]], { time: 0.7 }).velocity
  expect(data[0]).toBeCloseTo(1.5 + Math.cos(0.7), 5)
  expect(data[1]).toBeCloseTo(-5 + Math.cos(0.7), 5)
})

it('of a network that predicts the noise N, v = (b / b) x + (a - a b / b) N with slopes on top, and the score is -N / a', async () => {
  // N(t, x) = x (0.3, -0.2)
  const nodes = [
    state,
    { op: 'parameter', name: 'gain', tokens: 1, width: 2 },
    { op: 'multiply', inputs: [0, 1] }
  ]
  using flow = await openFlow(
    model(nodes, new Map([['gain', vector(0.3, -0.2)]]), 2, { prediction: 'noise', denoiserUntil: 0.999 })
  )
  for (const t of [0.1, 0.4, 0.9]) {
    const x = [0.8, -1.5]
    const noise = [0.3 * x[0], -0.2 * x[1]]
    const v = flow.velocity([x], { time: t }).velocity.data
    const score = flow.score([x], { time: t }).data
    x.forEach((each, i) => {
      // a = 1 - t, b = t: v = x / t - N / t
      expect(v[i]).toBeCloseTo((each - noise[i]) / t, 4)
      expect(score[i]).toBeCloseTo(-noise[i] / (1 - t), 4)
    })
  }
})

describe('a graph that is none is refused, with the node at fault', () => {
  const dense = { op: 'dense', name: 'layer', inputs: [0], width: 2 }
  const refused = async (nodes: unknown[], output?: number): Promise<Refusal> =>
    await laterRefusal(() => openFlow(model(nodes, new Map(), output)))
  it.each<[string, unknown[], RegExp, number?]>([
    ['no operation of ours', [state, { op: 'fourier', inputs: [0] }], /nodes\[1\]\.op/],
    [
      'a node that reads itself',
      [state, { op: 'transpose', inputs: [1] }],
      /nodes\[1\]` \(transpose\) must read earlier nodes, got 1/
    ],
    [
      'a node that reads a later one',
      [state, { op: 'add', inputs: [0, 2] }, time],
      /must read earlier nodes, got 2/
    ],
    [
      'widths that do not fit',
      [state, time, { op: 'add', inputs: [0, 1] }],
      /nodes\[2\]` \(add\).*\(1, 2\), \(1, 1\)/
    ],
    [
      'a reshape to more numbers',
      [state, { op: 'reshape', inputs: [0], tokens: 2, width: 2 }],
      /must have 4 numbers/
    ],
    ['a slice beyond the width', [state, { op: 'slice', inputs: [0], from: 1, width: 2 }], /columns 1 to 3/],
    ['two layers of one name', [state, dense, { ...dense, inputs: [1] }], /parameters of its own/],
    ['a gate made from the state', [state, { op: 'addGated', inputs: [0, 0, 0] }], /made from the time/],
    ['a condition where there is none', [state, { op: 'condition' }], /architecture with a condition/],
    [
      'heads that do not divide the width',
      [state, { op: 'attention', inputs: [0, 0, 0], heads: 3 }],
      /its 3 heads divide/
    ],
    [
      'an output of another width',
      [state, { op: 'slice', inputs: [0], from: 0, width: 1 }],
      /output.*\(1, 2\).*\(1, 1\)/
    ],
    [
      'an output that is the time alone',
      [state, time, { op: 'concat', inputs: [1, 1] }],
      /depends on the state/
    ],
    ['an output that is not there', [state], /no such node/, 7],
    ['a field too many', [{ op: 'state', width: 2 }], /nodes\[0\]\.width/]
  ])('%s', async (_, nodes, reason, output) => {
    const { code, message } = await refused(nodes, output)
    expect(code).toBe('invalid_model')
    expect(message).toMatch(reason)
  })
})
