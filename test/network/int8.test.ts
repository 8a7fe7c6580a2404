import { describe, expect, it } from 'vitest'
import { newEngine } from '../../src/flow/engine.ts'
import { CoreFlow } from '../../src/flow/coreFlow.ts'
import { layerNorms } from '../../src/flow/lipschitz.ts'
import { readModel } from '../../src/flow/source.ts'
import { openFlow, type Kernel } from '../../src/index.ts'
import { joinUnits } from '../../src/network/int8.ts'
import { layersOf } from '../../src/network/layers.ts'
import { roundWeights } from '../../src/network/roundWeights.ts'
import { dimOf } from '../../src/network/forward.ts'
import { nodePlatform } from '../../src/platform/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { NetworkTarget } from '../../src/schema/flowFile.ts'
import type { Tensor } from '../../src/types.ts'
import { int8Models } from '../fixtures/int8.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { ARCHITECTURES } from './architectures.ts'

const T = 0.37

function relative(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [error, size] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    error += (x[i] - y[i]) ** 2
    size += y[i] ** 2
  }
  return Math.sqrt(error / size)
}

describe.each(Object.entries(ARCHITECTURES))('%s with 8-bit weights', (_, architecture) => {
  const models = int8Models(architecture, 31)
  const x = randomRows(3, 23, dimOf(architecture))

  it('has the velocity of the weights that they stand for, up to the rounding of activations', async () => {
    using rounded = await openFlow(models.int8)
    using exact = await openFlow(models.dequantized)
    const [ours, theirs] = [rounded, exact].map((flow) => flow.velocity(x, { time: T }).velocity.data)
    const error = relative(ours, theirs)
    expect(error).toBeLessThan(0.03)
    // Nothing is rounded of a row of one number, nor where the 8-bit layers read the time alone: convolutions keep their bits.
    if (dimOf(architecture) > 1 && architecture.kind !== 'unet') expect(error).toBeGreaterThan(1e-6)
  })

  it('has the same bits by every kernel, and of a row alone as of any batch', async () => {
    const by = async (kernel: Kernel) => {
      using flow = await openFlow(models.int8, { kernel })
      const result = flow.velocity(x, { time: T })
      expect(result.kernel).toBe(undefined)
      x.forEach((row, i) => {
        const alone = flow.velocity([row], { time: T }).velocity.data
        expect([...alone]).toEqual([...result.velocity.data.subarray(i * flow.dim, (i + 1) * flow.dim)])
      })
      return [...result.velocity.data]
    }
    const plain = await by('plain')
    expect(await by('relaxed')).toEqual(plain)
    expect(await by('scalar')).toEqual(plain)
  })

  it('has tangents like those of the weights that they stand for', async () => {
    using rounded = await openFlow(models.int8)
    using exact = await openFlow(models.dequantized)
    const directions = randomRows(6, 3 * x.length, dimOf(architecture))
    const of = (flow: typeof rounded) => flow.tangent(x, { time: T, directions })
    const [ours, theirs] = [of(rounded), of(exact)]
    expect([...ours.velocity.data]).toEqual([...rounded.velocity(x, { time: T }).velocity.data])
    expect(relative(ours.tangents.data, theirs.tangents.data)).toBeLessThan(0.1)
  })

  it('has the norms of layers and the bound on the velocity of the weights that they stand for', async () => {
    const norms = async (model: typeof models.int8) =>
      layerNorms(
        await newEngine(
          await nodePlatform.core('plain', 'int8'),
          await readModel(nodePlatform, model),
          2 ** 30
        )
      )
    const [ours, theirs] = [await norms(models.int8), await norms(models.dequantized)]
    expect(ours.length).toBe(theirs.length)
    ours.forEach((norm, i) => expect(norm / theirs[i]).toBeCloseTo(1, 6))
  })

  it('takes the memory that its plan names', async () => {
    const model = await readModel(nodePlatform, models.int8)
    const engine = await newEngine(await nodePlatform.core('plain', 'int8'), model, 2 ** 30)
    using flow = new CoreFlow(model, engine)
    for (const count of [1, 700, 9000]) {
      const how = { count, solver: 'heun', steps: 1 } as const
      const { bytes } = flow.plan(how)
      flow.sample(how)
      expect(engine.core.memory.buffer.byteLength).toBe(bytes)
    }
  })
})

it('tangents of layers without an activation are exactly those of the weights', async () => {
  const linear: Architecture = { kind: 'mlp', dim: 9, hidden: [17, 12], activation: 'identity' }
  const models = int8Models(linear, 5)
  using rounded = await openFlow(models.int8)
  using exact = await openFlow(models.dequantized)
  const [x, directions] = [randomRows(1, 4, 9), randomRows(2, 8, 9)]
  const of = (flow: typeof rounded) => flow.tangent(x, { time: T, directions }).tangents.data
  expect([...of(rounded)]).toEqual([...of(exact)])
})

describe('the tensors of a file with 8-bit weights', () => {
  const architecture: Architecture = { kind: 'mlp', dim: 3, hidden: [5, 4], activation: 'silu' }
  const target = (float: string[] = []): NetworkTarget => ({
    kind: 'network',
    architecture,
    prediction: 'velocity',
    denoiserUntil: 0.95,
    weights: 'w.safetensors',
    quantization: { format: 'int8', float }
  })
  const whole = (float: string[] = []) =>
    new Map(roundWeights(architecture, randomWeights(architecture, 1), 'int8', float).tensors)
  const joined = (tensors: Map<string, Tensor>, float: string[] = []) => joinUnits(tensors, target(float))
  const refused = (change: (tensors: Map<string, Tensor>) => void, float: string[] = []) => {
    const tensors = whole()
    change(tensors)
    return refusal(() => joined(tensors, float))
  }

  it('come within half a unit of what they were, and take their units to themselves', () => {
    const [before, after] = [randomWeights(architecture, 1), joined(whole(['layers.2']), ['layers.2'])]
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const layer of layersOf(architecture)) {
      const [{ data, shape }, rounded] = [before.get(`${layer}.weight`)!, after.get(`${layer}.weight`)!]
      data.forEach((weight, i) => {
        const row = data.subarray(i - (i % shape[1]), i - (i % shape[1]) + shape[1])
        const unit = Math.max(...row.map(Math.abs)) / 127
        const most = layer === 'layers.2' ? 0 : 0.5001 * unit
        expect(Math.abs(rounded.data[i] - weight)).toBeLessThanOrEqual(most)
      })
    }
  })

  it('keep a row of zeros', () => {
    const weights = randomWeights(architecture, 1)
    weights.get('layers.0.weight')!.data.fill(0, 0, 4)
    const { tensors } = roundWeights(architecture, weights, 'int8')
    expect([...joined(new Map(tensors)).get('layers.0.weight')!.data.subarray(0, 4)]).toEqual([0, 0, 0, 0])
  })

  it.each<[string, (tensors: Map<string, Tensor>) => void, string[], RegExp]>([
    [
      'without units',
      (tensors) => tensors.delete('layers.1.weight.scale'),
      [],
      /^the 8-bit tensor `layers.1.weight` must come with `layers.1.weight.scale` of shape \[4\], and does not;/
    ],
    [
      'with units of another shape',
      (tensors) => tensors.set('layers.1.weight.scale', { shape: [2], data: Float32Array.of(1, 1) }),
      [],
      /^the tensor `layers.1.weight.scale` must have shape \[4\], got \[2\]$/
    ],
    [
      'with a weight beyond 127',
      (tensors) => (tensors.get('layers.0.weight')!.data[3] = -128),
      [],
      /^the 8-bit tensor `layers.0.weight` must hold integers from -127 to 127, got -128 at position 3$/
    ],
    [
      'with a weight that is no integer',
      (tensors) => (tensors.get('layers.0.weight')!.data[2] = 0.5),
      [],
      /must hold integers from -127 to 127, got 0.5 at position 2$/
    ],
    [
      'with a unit that is not finite',
      (tensors) => (tensors.get('layers.2.weight.scale')!.data[1] = NaN),
      [],
      /^the tensor `layers.2.weight.scale` must hold finite numbers from 0, got NaN at position 1$/
    ],
    [
      'with a vector for a weight',
      (tensors) => tensors.set('layers.0.weight', { shape: [20], data: new Float32Array(20) }),
      [],
      /^the 8-bit tensor `layers.0.weight` must be a matrix, got the shape \[20\]$/
    ],
    [
      'with units for a layer that is left as it was',
      () => undefined,
      ['layers.1'],
      /^the layer `layers.1` must have no `layers.1.weight.scale`, because the manifest leaves it as it was$/
    ],
    [
      'with a layer that there is not',
      () => undefined,
      ['layers.7'],
      /^`target.quantization.float` must name layers of the network, got "layers.7"; they are layers.0, layers.1, layers.2$/
    ]
  ])('%s are refused', (_, change, float, message) => {
    const { code, message: said } = refused(change, float)
    expect(code).toBe('invalid_model')
    expect(said).toMatch(message)
  })
})
