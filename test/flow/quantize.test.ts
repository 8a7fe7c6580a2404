import { describe, expect, it } from 'vitest'
import { openFlow, type ModelFiles } from '../../src/index.ts'
import { formatSafetensors, parseSafetensors } from '../../src/io/safetensors.ts'
import { quantizeModel } from '../../src/quantize.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'

const FILE = 'weights.safetensors'
const architecture: Architecture = { kind: 'mlp', dim: 4, hidden: [16, 12], activation: 'silu' }
const model = networkModel(architecture, 3, { metrics: { of: 'the float model' } }) as ModelFiles
const labelled = networkModel({ ...architecture, condition: { kind: 'label', classes: 3 } }, 3)

/** A network whose output is a x, linear, by one layer: v = slope x at every time. */
function linearModel(slope: number): ModelFiles {
  const linear: Architecture = { kind: 'mlp', dim: 2, hidden: [2], activation: 'identity' }
  const { manifest } = networkModel(linear, 1) as ModelFiles & { manifest: { flow: { target: object } } }
  const flow = { schedule: 'linear', target: { ...manifest.flow.target, prediction: 'velocity' } }
  const tensors = new Map([
    ['layers.0.weight', { shape: [2, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0) }],
    ['layers.0.bias', { shape: [2], data: Float32Array.of(0, 0) }],
    ['layers.1.weight', { shape: [2, 2], data: Float32Array.of(slope, 0, 0, slope) }],
    ['layers.1.bias', { shape: [2], data: Float32Array.of(0, 0) }]
  ])
  return { manifest: { ...(manifest as object), flow }, files: { [FILE]: formatSafetensors(tensors) } }
}

describe('a model in 8 bits', () => {
  it('opens, says how it was made, and leaves the last layer as it was', async () => {
    const { manifest, files, report } = await quantizeModel(model, { count: 16, seed: 5 })
    using flow = await openFlow({ manifest, files })
    expect(manifest.name).toBe('random-int8')
    expect(manifest.flow.target).toMatchObject({ quantization: { format: 'int8', float: ['layers.2'] } })
    expect(manifest.metrics).toEqual({ quantization: report })
    expect(flow.sample({ count: 2, seed: 1 }).status).toEqual(['ok', 'ok'])
    const tensors = parseSafetensors(files[FILE])
    expect([...tensors.keys()]).toContain('layers.1.weight.scale')
    expect(tensors.get('layers.2.weight')).toEqual(randomWeights(architecture, 3).get('layers.2.weight'))
    expect(report).toMatchObject({ count: 16, seed: 5, bytes: files[FILE].length })
  })

  it('states the error of its velocity at the states of the flow that it was', async () => {
    const { manifest, files, report } = await quantizeModel(model, { count: 16, seed: 5 })
    using before = await openFlow(model)
    using after = await openFlow({ manifest, files })
    const { times, relative } = report.velocityError
    const time = times[0]
    const x = before.transport(before.source({ count: 16, seed: 5 }), {
      from: 0,
      to: time,
      solver: 'rk4',
      steps: 20,
      error: false
    })
    const [v, w] = [before, after].map((flow) => flow.velocity(x, { time }).velocity.data)
    const sum = (of: (i: number) => number) => v.reduce((all, _, i) => all + of(i) ** 2, 0)
    expect(relative[0]).toBeCloseTo(Math.sqrt(sum((i) => v[i] - w[i]) / sum((i) => v[i])), 3)
    expect(relative[0]).toBeGreaterThan(1e-4)
  })

  it('is told every label in turn', async () => {
    const { report } = await quantizeModel(labelled, { count: 6 })
    expect(report.velocityError.overall).toBeGreaterThan(0)
    expect(report.velocityError.overall).toBeLessThan(0.1)
  })

  it('repeats its numbers', async () => {
    const [one, two] = [await quantizeModel(model, { count: 8 }), await quantizeModel(model, { count: 8 })]
    expect(one).toEqual(two)
  })
})

describe('what bounds the distance of the laws', () => {
  it('is 0 where nothing was rounded', async () => {
    // All of these weights are numbers of 16 bits.
    const { report, files } = await quantizeModel(linearModel(0.5), { format: 'f16', count: 8 })
    expect(report.velocityError.overall).toBe(0)
    expect(report.w2).toMatchObject({ sameNoise: 0, stability: { computed: 0, estimated: 0 } })
    expect(parseSafetensors(files[FILE]).get('layers.1.weight')!.data).toEqual(
      Float32Array.of(0.5, 0, 0, 0.5)
    )
  })

  it('is the closed form of a linear velocity, and no less than the distance of the same noise', async () => {
    // v = s x and v~ = (s + e) x: int_0^1 e^(s (1 - t)) e |x_0| e^((s + e) t) dt is |x_0| (e^(s + e) - e^s).
    const slope = 0.3
    const { report } = await quantizeModel(linearModel(slope), { format: 'f16', count: 256, seed: 2 })
    const view = new DataView(new ArrayBuffer(2))
    view.setFloat16(0, slope)
    const [s, other] = [Math.fround(slope), view.getFloat16(0)]
    const { sameNoise, stability } = report.w2
    using flow = await openFlow(linearModel(slope))
    const { data } = flow.source({ count: 256, seed: 2 })
    const squares = Array.from({ length: 256 }, (_, i) => data[2 * i] ** 2 + data[2 * i + 1] ** 2)
    const mean = squares.reduce((sum, square) => sum + square, 0) / 256
    const variance = squares.reduce((sum, square) => sum + (square - mean) ** 2, 0) / 255
    const size = Math.sqrt(mean + 2 * Math.sqrt(variance / 256))
    const exact = size * Math.abs(Math.exp(other) - Math.exp(s))
    expect(sameNoise / exact).toBeCloseTo(1, 2)
    expect(stability.computed! / exact).toBeCloseTo(1, 2)
    expect(stability.estimated! / exact).toBeCloseTo(1, 2)
  })
})

it.each<[string, Parameters<typeof quantizeModel>, RegExp]>([
  [
    'a flow file',
    [{ schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } }],
    /^`model` must be a model folder with a network, got a flow file$/
  ],
  [
    'a layer that there is not',
    [model, { float: ['layers.9'] }],
    /^`float` must name layers of the network, got "layers.9"/
  ],
  [
    'float layers of 16 bits',
    [model, { format: 'f16', float: [] }],
    /^`float` must be left out with the format f16/
  ],
  ['another format', [model, { format: 'int4' as 'int8' }], /`format` must be/],
  ['one way', [model, { count: 1 }], /`count` must be/]
])('%s is refused', async (_, args, message) => {
  const { code, message: said } = await laterRefusal(() => quantizeModel(...args))
  expect(code).toBe('invalid_argument')
  expect(said).toMatch(message)
})

it('a model that was rounded is not rounded again', async () => {
  const once = await quantizeModel(model, { count: 2 })
  expect((await laterRefusal(() => quantizeModel(once))).message).toMatch(
    /^`model` must have 32-bit weights, from which all others are rounded, got int8$/
  )
})

it('numbers that 16 bits do not hold are refused by the tensor', async () => {
  expect((await laterRefusal(() => quantizeModel(linearModel(70_000), { format: 'f16' }))).message).toMatch(
    /^`format` must be int8 here: the tensor `layers.1.weight` holds 70000, and 16 bits hold 65504 at most$/
  )
})
