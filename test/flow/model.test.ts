import { describe, expect, it } from 'vitest'
import type { ModelFiles } from '../../src/flow/source.ts'
import { openFlow } from '../../src/index.ts'
import { formatSafetensors } from '../../src/io/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows, sha256 } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { perceptron } from './flows.ts'

const WEIGHTS = 'weights.safetensors'
const model = (more: object = {}) => networkModel(perceptron, 3, more) as ModelFiles
const opening = (source: unknown) => laterRefusal(() => openFlow(source as ModelFiles))

it('a manifest is kept with the flow, a bare flow file has none', async () => {
  using flow = await openFlow(model())
  expect(flow.manifest?.name).toBe('random')
  expect(flow.flowFile).toEqual(flow.manifest?.flow)
  using bare = await openFlow({
    schedule: 'linear',
    target: { kind: 'gaussian', mean: [0], covariance: [[1]] }
  })
  expect(bare.manifest).toBeUndefined()
})

it('the model chooses the solver and the steps where a request does not', async () => {
  using flow = await openFlow(model({ sampling: { solver: 'rk4', steps: 6 } }))
  expect(flow.sample()).toMatchObject({ solver: 'rk4', steps: 6, nfe: 24 })
  expect(flow.sample({ solver: 'euler' })).toMatchObject({ solver: 'euler', steps: 6, nfe: 6 })
  expect(flow.sample({ steps: 3 })).toMatchObject({ solver: 'rk4', steps: 3 })
  using plain = await openFlow(model())
  expect(plain.sample()).toMatchObject({ solver: 'heun', steps: 50, nfe: 100 })
})

describe('preprocessing', () => {
  const scaling = { shift: [1, 2, 3], scale: [0.3, 3.7, 1.1] } // products with these are rounded
  const toData = (states: Float32Array) =>
    states.map((value, i) => Math.fround(Math.fround(scaling.scale[i % 3]) * value) + scaling.shift[i % 3])

  it('takes states to data in 32 bits where data come out', async () => {
    using plain = await openFlow(model())
    using scaled = await openFlow(model({ preprocessing: scaling }))
    expect(scaled.sample({ count: 5, seed: 2 }).data).toEqual(
      toData(plain.sample({ count: 5, seed: 2 }).data)
    )
    const z = randomRows(1, 4, 3)
    expect(scaled.decode(z).data).toEqual(toData(plain.decode(z).data))
    expect(scaled.source({ count: 3 })).toEqual(plain.source({ count: 3 }))
  })

  it('takes data to states where data go in', async () => {
    using plain = await openFlow(model())
    using scaled = await openFlow(model({ preprocessing: scaling }))
    const x = randomRows(2, 4, 3)
    const states = x.map((row) =>
      row.map((value, j) =>
        Math.fround(Math.fround(value - scaling.shift[j]) / Math.fround(scaling.scale[j]))
      )
    )
    expect(scaled.encode(x).data).toEqual(plain.encode(states).data)
  })

  it('by one number is that number for every coordinate', async () => {
    using one = await openFlow(model({ preprocessing: { shift: 0.5, scale: 2 } }))
    using each = await openFlow(model({ preprocessing: { shift: [0.5, 0.5, 0.5], scale: [2, 2, 2] } }))
    expect(one.sample({ count: 3 }).data).toEqual(each.sample({ count: 3 }).data)
  })

  it('leaves what the caller gave as it was', async () => {
    using flow = await openFlow(model({ preprocessing: scaling }))
    const x = { count: 2, dim: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    for (const carry of [flow.encode.bind(flow), flow.decode.bind(flow)]) carry(x)
    flow.velocity(x, { time: 0.5 })
    expect([...x.data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('of another dimension is refused', async () => {
    expect(await opening(model({ preprocessing: { shift: [1, 2], scale: 1 } }))).toEqual({
      code: 'invalid_model',
      path: 'preprocessing.shift',
      message: '`preprocessing.shift` must be a number or 3 numbers (the dimension of the flow), got 2'
    })
  })
})

describe('weights', () => {
  it('of the hash in the manifest are taken', async () => {
    const hash = { [WEIGHTS]: await sha256(model().files[WEIGHTS] as Uint8Array<ArrayBuffer>) }
    using flow = await openFlow(model({ hash }))
    expect(flow.dim).toBe(3)
  })

  it('of another hash are refused, though they would fit', async () => {
    const { code, message } = await opening(model({ hash: { [WEIGHTS]: 'ab'.repeat(32) } }))
    expect(code).toBe('invalid_model')
    expect(message).toMatch(/^the file "weights\.safetensors" must have the SHA-256 of its manifest, abab/)
  })

  it('that do not fit the architecture are refused by the tensor', async () => {
    const other = formatSafetensors(randomWeights({ ...perceptron, hidden: [8, 7] }, 1))
    expect(await opening({ ...model(), files: { [WEIGHTS]: other } })).toEqual({
      code: 'invalid_model',
      path: 'layers.0.weight',
      message: 'the tensor `layers.0.weight` must have shape [9, 4], got [8, 4]'
    })
  })

  it('with a number that is not finite are refused by the tensor', async () => {
    const tensors = randomWeights(perceptron, 1)
    tensors.get('layers.1.bias')!.data[2] = NaN
    const { code, path } = await opening({ ...model(), files: { [WEIGHTS]: formatSafetensors(tensors) } })
    expect({ code, path }).toEqual({ code: 'invalid_model', path: 'layers.1.bias' })
  })

  it('that are cut off are refused', async () => {
    const files = { [WEIGHTS]: model().files[WEIGHTS].subarray(0, 300) }
    const { code, message } = await opening({ ...model(), files })
    expect(code).toMatch(/invalid_(file|model)/)
    expect(message).toMatch(/is it cut off\?/)
  })

  it('that did not come with the manifest are asked for', async () => {
    expect(await opening({ ...model(), files: {} })).toMatchObject({
      code: 'invalid_model',
      path: 'target.weights'
    })
    expect(await opening(model().manifest)).toMatchObject({ code: 'invalid_model', path: 'target.weights' })
  })

  it('that are no bytes are refused', async () => {
    expect((await opening({ ...model(), files: { [WEIGHTS]: 'abc' } })).code).toMatch(/^invalid_/)
  })
})

describe('a manifest whose data are not those of its flow', () => {
  it.each([
    ['an image of another size', { kind: 'image', shape: [28, 28, 1] }, 'data.shape'],
    ['another number of columns', { kind: 'vector', columns: ['a', 'b'] }, 'data.columns']
  ])('is refused: %s beside it', async (_, data, path) => {
    expect(await opening(model({ data }))).toMatchObject({ code: 'invalid_model', path })
  })
})
