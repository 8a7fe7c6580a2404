import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, ArchitectureSchema } from '../../src/schema/architecture.ts'
import { FlowFileSchema } from '../../src/schema/flowFile.ts'
import {
  SampleRequestSchema,
  TransportRequestSchema,
  VelocityRequestSchema
} from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { refusal } from '../fixtures/refusal.ts'
import { ARCHITECTURES } from '../network/architectures.ts'

const mlp = { kind: 'mlp', dim: 2, hidden: [3], activation: 'silu' }
const unet = ARCHITECTURES['a U-Net of one level']
const mixer = ARCHITECTURES['a mixer on one patch']

it.each(Object.entries(ARCHITECTURES))('%s passes as it is', (_, architecture) => {
  expect(validate(ArchitectureSchema, architecture)).toEqual(architecture)
})

describe('an architecture is refused', () => {
  it.each<[object, string, string]>([
    [{ ...mlp, dim: 0 }, 'dim', 'must be at least 1, got 0'],
    [{ ...mlp, dim: 2.5 }, 'dim', 'must be an integer, got 2.5'],
    [{ ...mlp, dim: '2' }, 'dim', 'must be a finite number, got "2"'],
    [{ ...mlp, dim: 65537 }, 'dim', 'must be at most 65536, got 65537'],
    [{ ...mlp, hidden: [] }, 'hidden', 'must have at least 1 item, got []'],
    [{ ...mlp, hidden: [4, 0] }, 'hidden[1]', 'must be at least 1, got 0'],
    [{ ...mlp, hidden: 5 }, 'hidden', 'must be an array, got 5'],
    [
      { ...mlp, hidden: new Array(65).fill(1000) },
      'hidden',
      `must have at most 64 items, got [${'1000,'.repeat(12).slice(0, 56)}...`
    ],
    [
      { ...mlp, activation: 'swish' },
      'activation',
      `must be ${ACTIVATIONS.map((name) => `"${name}"`).join(' or ')}, got "swish"`
    ],
    [
      { ...mlp, width: 5 },
      'width',
      'is not a field that is known here; known are kind, dim, hidden, activation, condition'
    ],
    [{ ...mixer, image: [4, 4, 0] }, 'image[2]', 'must be at least 1, got 0'],
    [{ ...mixer, image: [4, 4, 1, 1] }, 'image', 'must be [height, width, channels], got [4,4,1,1]'],
    [{ ...mixer, patch: -1 }, 'patch', 'must be at least 1, got -1'],
    [{ ...mixer, depth: NaN }, 'depth', 'must be a finite number, got NaN'],
    [{ ...mixer, timeWidth: 1e9 }, 'timeWidth', 'must be at most 65536, got 1000000000'],
    [{ ...mixer, tokenHidden: null }, 'tokenHidden', 'must be a finite number, got null'],
    [{ ...unet, multipliers: [] }, 'multipliers', 'must have at least 1 item, got []'],
    [{ ...unet, multipliers: [1, 0] }, 'multipliers[1]', 'must be at least 1, got 0'],
    [{ ...unet, heads: 0 }, 'heads', 'must be at least 1, got 0'],
    [
      {},
      'kind',
      'must be "mlp" or "residual-mlp" or "mixer" or "patch-transformer" or "unet" or "graph", got undefined'
    ]
  ])('%j', (architecture, path, what) => {
    expect(refusal(() => validate(ArchitectureSchema, architecture))).toEqual({
      code: 'invalid_argument',
      path,
      message: `\`${path}\` ${what}`
    })
  })
})

describe('of several forms that a field may have, the one that was meant is blamed', () => {
  const mixture = { kind: 'mixture', weights: [1, 1], means: [[0], [1]] }
  it.each<[object, string, string]>([
    [{ stds: 1 }, 'target.stds', 'must be an array, got 1'],
    [{ stds: ['a', 1] }, 'target.stds[0]', 'must be a finite number, got "a"'],
    [{ stds: [[1], ['a']] }, 'target.stds[1][0]', 'must be a finite number, got "a"'],
    [{ covariances: [] }, 'target.covariances', 'must have at least 1 item, got []'],
    [{ covariances: [[1]] }, 'target.covariances[0][0]', 'must be an array, got 1'],
    [{ means: [[0], 5] }, 'target.means[1]', 'must be an array, got 5'],
    [
      { std: 1 },
      'target.std',
      'is not a field that is known here; known are kind, weights, means, covariances, stds'
    ]
  ])('in %j', (fields, path, what) => {
    const file = { schedule: 'linear', target: { ...mixture, ...fields } }
    expect(refusal(() => validate(FlowFileSchema, file))).toEqual({
      code: 'invalid_argument',
      path,
      message: `\`${path}\` ${what}`
    })
  })

  it.each<[unknown, string, string]>([
    [5, 'model', 'must be a string or an object, got 5'],
    ['', 'model', 'must have at least 1 character, got ""'],
    ['x'.repeat(201), 'model', `must have at most 200 characters, got "${'x'.repeat(56)}...`],
    [{}, 'model.schedule', 'is required'],
    [{ schedule: 'linear' }, 'model.target', 'is required']
  ])('in the model %j', (model, path, what) => {
    expect(refusal(() => validate(SampleRequestSchema, { model }))).toEqual({
      code: 'invalid_argument',
      path,
      message: `\`${path}\` ${what}`
    })
  })
})

it.each([
  [0.49, 'must be at least 0.5, got 0.49'],
  [1, 'must be less than 1, got 1'],
  [null, 'must be a finite number, got null']
])('a denoiser trusted until %s is refused', (denoiserUntil, what) => {
  const target = { kind: 'network', architecture: mlp, prediction: 'denoiser', weights: 'w.safetensors' }
  const file = { schedule: 'linear', target: { ...target, denoiserUntil } }
  expect(refusal(() => validate(FlowFileSchema, file)).message).toBe(`\`target.denoiserUntil\` ${what}`)
})

describe('a request', () => {
  it.each([
    [
      'samples',
      SampleRequestSchema,
      'model, count, seed, first, solver, steps, grid, times, rtol, atol, maxSteps, maxNfe, error, epsilon, logProb, divergence, probes, probeKind, label, condition, guidance, guidanceInterval'
    ],
    [
      'transport',
      TransportRequestSchema,
      'model, input, solver, steps, grid, times, rtol, atol, maxSteps, maxNfe, error, label, condition, guidance, guidanceInterval'
    ],
    [
      'a velocity',
      VelocityRequestSchema,
      'model, input, time, divergence, probes, probeKind, seed, first, label, condition, guidance, guidanceInterval'
    ]
  ])('for %s with a field that is none is told those that are', (_, schema, known) => {
    const request = { model: 'digits', input: [[0]], time: 0.5, tolerance: 1 }
    const fields = known.split(', ')
    const given = Object.fromEntries(
      Object.entries(request).filter(([name]) => fields.includes(name) || name === 'tolerance')
    )
    expect(refusal(() => validate<unknown>(schema, given))).toEqual({
      code: 'invalid_argument',
      path: 'tolerance',
      message: `\`tolerance\` is not a field that is known here; known are ${known}`
    })
  })

  it.each([
    ['"0"', '0'],
    ['NaN', NaN],
    ['-0.1', -0.1],
    ['Infinity', Infinity]
  ])('at the time %s is refused with what the ends mean', (shown, time) => {
    expect(refusal(() => validate(VelocityRequestSchema, { model: 'a', input: [], time })).message).toBe(
      `\`time\` must be a number from 0 (noise) to 1 (data), got ${shown}`
    )
  })
})
