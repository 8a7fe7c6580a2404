import { describe, expect, it } from 'vitest'
import { ManifestSchema } from '../../src/schema/manifest.ts'
import { validate } from '../../src/schema/validate.ts'
import { refusal } from '../fixtures/refusal.ts'

const flow = { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } }
const manifest = {
  format: 1,
  name: 'two-moons',
  description: 'a test',
  licence: 'MIT',
  flow,
  data: { kind: 'vector' }
}
const image = (shape: unknown) => ({ data: { kind: 'image', shape } })
const scaled = (shift: unknown, scale: unknown) => ({ preprocessing: { shift, scale } })
const NAME = 'must be lower-case words joined by hyphens'

it('a manifest of the fields that every model has passes as it is', () => {
  expect(validate(ManifestSchema, manifest)).toEqual(manifest)
})

it.each([
  image([28, 28, 1]),
  { data: { kind: 'vector', columns: ['length', 'width'] } },
  scaled(0.5, 0.5),
  scaled([0, 1], [1, 2]),
  { sampling: { solver: 'rk4', steps: 10 } },
  { hash: { 'weights.safetensors': '0123456789abcdef'.repeat(4) } },
  { training: { steps: 9500, curve: [{ loss: 0.2 }] }, metrics: { recall: 0.9 } }
])('a manifest with %j passes as it is', (fields) => {
  expect(validate(ManifestSchema, { ...manifest, ...fields })).toEqual({ ...manifest, ...fields })
})

describe('a manifest is refused', () => {
  it.each<[string, object, string, string]>([
    ['of a format in words', { format: '1' }, 'format', 'must be 1, got "1"'],
    ['with a name in capitals', { name: 'Moons' }, 'name', `${NAME}, got "Moons"`],
    ['with a name that is a path', { name: '../moons' }, 'name', `${NAME}, got "../moons"`],
    ['without a name to speak of', { name: '' }, 'name', `${NAME}, got ""`],
    ['with a number for a name', { name: 5 }, 'name', 'must be a string, got 5'],
    ['with a number for a licence', { licence: 1 }, 'licence', 'must be a string, got 1'],
    ['with a name for a flow', { flow: 'moons' }, 'flow', 'must be an object, got "moons"'],
    [
      'with a flow to nowhere',
      { flow: { ...flow, target: { kind: 'x' } } },
      'flow.target.kind',
      'must be "gaussian" or "mixture" or "empirical" or "network", got "x"'
    ],
    [
      'with data of no known kind',
      { data: { kind: 'audio' } },
      'data.kind',
      'must be "image" or "vector", got "audio"'
    ],
    [
      'with an image in words',
      image('28x28'),
      'data.shape',
      'must be [height, width, channels], got "28x28"'
    ],
    [
      'with an image of four sizes',
      image([28, 28, 1, 1]),
      'data.shape',
      'must be [height, width, channels], got [28,28,1,1]'
    ],
    [
      'with an image of two sizes',
      image([28, 28]),
      'data.shape[2]',
      'must be a finite number, got undefined'
    ],
    ['with an image of no width', image([28, 0, 1]), 'data.shape[1]', 'must be at least 1, got 0'],
    [
      'with columns in one string',
      { data: { kind: 'vector', columns: 'a,b' } },
      'data.columns',
      'must be an array, got "a,b"'
    ],
    [
      'with a column that has no name',
      { data: { kind: 'vector', columns: ['a', 1] } },
      'data.columns[1]',
      'must be a string, got 1'
    ],
    ['with a shift in words', scaled('a', 1), 'preprocessing.shift', 'must be a number or an array, got "a"'],
    ['with a shift of nothing', scaled([], 1), 'preprocessing.shift', 'must have at least 1 item, got []'],
    [
      'with a shift of NaN',
      scaled([0, NaN], 1),
      'preprocessing.shift[1]',
      'must be a finite number, got NaN'
    ],
    ['with a scale of 0', scaled(0, 0), 'preprocessing.scale', 'must be greater than 0, got 0'],
    ['with a negative scale', scaled(0, [1, -1]), 'preprocessing.scale[1]', 'must be greater than 0, got -1'],
    [
      'with null for a preprocessing',
      { preprocessing: null },
      'preprocessing',
      'must be an object, got null'
    ],
    [
      'with an unknown solver',
      { sampling: { solver: 'rk5', steps: 2 } },
      'sampling.solver',
      'must be "euler" or "midpoint" or "heun" or "rk4" or "bosh3" or "dopri5" or "tsit5" or "ab2" or "ddim" or "dpmpp2m" or "implicit-midpoint" or "stochastic", got "rk5"'
    ],
    [
      'with a hash of another length',
      { hash: { 'weights.safetensors': 'abc' } },
      'hash.weights.safetensors',
      'must be 64 hexadecimal digits, got "abc"'
    ],
    ['with a training that is no record', { training: 5 }, 'training', 'must be an object, got 5'],
    [
      'with a field that is none',
      { author: 'me' },
      'author',
      'is not a field that is known here; known are format, name, description, licence, flow, data, preprocessing, sampling, hash, calibration, training, metrics'
    ],
    [
      'with the shape of an image for a vector',
      { data: { kind: 'vector', shape: [1] } },
      'data.shape',
      'is not a field that is known here; known are kind, columns, labels'
    ]
  ])('%s', (_, fields, path, what) => {
    expect(refusal(() => validate(ManifestSchema, { ...manifest, ...fields }, '', 'invalid_model'))).toEqual({
      code: 'invalid_model',
      path,
      message: `\`${path}\` ${what}`
    })
  })

  it.each(Object.keys(manifest))('without its %s', (field) => {
    const rest = Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== field))
    expect(refusal(() => validate(ManifestSchema, rest))).toEqual({
      code: 'invalid_argument',
      path: field,
      message: `\`${field}\` is required`
    })
  })

  it.each([
    ['sampling', { solver: 'heun' }, 'sampling.steps'],
    ['preprocessing', { shift: 0 }, 'preprocessing.scale'],
    ['data', { kind: 'image' }, 'data.shape']
  ])('with half of its %s', (field, half, path) => {
    expect(refusal(() => validate(ManifestSchema, { ...manifest, [field]: half }))).toMatchObject({
      path,
      message: `\`${path}\` is required`
    })
  })

  it.each([
    [null, 'null'],
    ['x', '"x"'],
    [5, '5']
  ])('where it is %o', (value, shown) => {
    expect(refusal(() => validate(ManifestSchema, value))).toEqual({
      code: 'invalid_argument',
      path: undefined,
      message: `the value must be an object, got ${shown}`
    })
  })
})
