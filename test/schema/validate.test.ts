import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GaussflowError } from '../../src/error.ts'
import { FlowFileSchema } from '../../src/schema/flowFile.ts'
import { ManifestSchema } from '../../src/schema/manifest.ts'
import {
  SampleOptionsSchema,
  SampleRequestSchema,
  TransportOptionsSchema,
  TransportRequestSchema,
  VelocityOptionsSchema
} from '../../src/schema/request.ts'
import { show, validate } from '../../src/schema/validate.ts'
import { refusal } from '../fixtures/refusal.ts'

const gaussian = { kind: 'gaussian', mean: [0], covariance: [[1]] }
const network = {
  kind: 'network',
  architecture: { kind: 'mlp', dim: 2, hidden: [3], activation: 'silu' },
  prediction: 'velocity',
  weights: 'weights.safetensors'
}
const mixture = { kind: 'mixture', weights: [1, 1], means: [[0], [1]] }
const SOLVERS =
  '"euler" or "midpoint" or "heun" or "rk4" or "bosh3" or "dopri5" or "tsit5" or "ab2" or "ddim" or "dpmpp2m" or "implicit-midpoint" or "stochastic"'
const flow = (target: unknown) => ({ schedule: 'linear', target })

describe('a request for samples', () => {
  it('has a count, a seed and a first index where it names none', () => {
    expect(validate(SampleOptionsSchema, {})).toEqual({ count: 1, seed: 0, first: 0 })
  })

  it.each([
    [{ count: 2.5 }, 'count', '`count` must be an integer from 1 to 1000000, got 2.5'],
    [{ count: 0 }, 'count', '`count` must be an integer from 1 to 1000000, got 0'],
    [{ count: 1_000_001 }, 'count', '`count` must be an integer from 1 to 1000000, got 1000001'],
    [{ count: NaN }, 'count', '`count` must be an integer from 1 to 1000000, got NaN'],
    [{ count: Infinity }, 'count', '`count` must be an integer from 1 to 1000000, got Infinity'],
    [{ count: '4' }, 'count', '`count` must be an integer from 1 to 1000000, got "4"'],
    [{ count: null }, 'count', '`count` must be an integer from 1 to 1000000, got null'],
    [{ seed: -1 }, 'seed', '`seed` must be an integer from 0 to 9007199254740991, got -1'],
    [{ first: 2 ** 32 }, 'first', '`first` must be an integer from 0 to 4294967295, got 4294967296'],
    [{ steps: 0 }, 'steps', '`steps` must be an integer from 1 to 10000, got 0'],
    [{ solver: 'rk5' }, 'solver', `\`solver\` must be ${SOLVERS}, got "rk5"`],
    [{ solver: 4 }, 'solver', `\`solver\` must be ${SOLVERS}, got 4`]
  ])('%o is refused at `%s`', (options, path, message) => {
    expect(refusal(() => validate(SampleOptionsSchema, options))).toEqual({
      code: 'invalid_argument',
      path,
      message
    })
  })

  it('a field that is not one of it is refused by name', () => {
    const { code, path, message } = refusal(() => validate(SampleOptionsSchema, { counts: 3 }))
    expect({ code, path }).toEqual({ code: 'invalid_argument', path: 'counts' })
    expect(message).toMatch(/^`counts` is not a field/)
  })

  it('a time outside [0, 1] is refused with what its ends mean', () => {
    expect(refusal(() => validate(VelocityOptionsSchema, { time: 1.5 })).message).toBe(
      '`time` must be a number from 0 (noise) to 1 (data), got 1.5'
    )
  })

  it('a required field that is not there is said to be required', () => {
    expect(refusal(() => validate(VelocityOptionsSchema, {})).message).toBe('`time` is required')
  })
})

describe('a flow file', () => {
  it.each([
    [
      { schedule: 'cosine', target: gaussian },
      'schedule',
      '`schedule` must be "linear" or "trigonometric" or "follmer" or "vp" or "ve" or "polynomial" or an object, got "cosine"'
    ],
    [{ target: gaussian }, 'schedule', '`schedule` is required'],
    [{ schedule: 'linear' }, 'target', '`target` is required'],
    [
      flow({ kind: 'gausian' }),
      'target.kind',
      '`target.kind` must be "gaussian" or "mixture" or "empirical" or "network", got "gausian"'
    ],
    [
      flow({ ...gaussian, mean: [NaN] }),
      'target.mean[0]',
      '`target.mean[0]` must be a finite number, got NaN'
    ],
    [
      flow({ ...gaussian, mean: ['a'] }),
      'target.mean[0]',
      '`target.mean[0]` must be a finite number, got "a"'
    ],
    [flow({ ...gaussian, mean: [] }), 'target.mean', '`target.mean` must have at least 1 item, got []'],
    [
      flow({ ...gaussian, covariance: [[1, Infinity]] }),
      'target.covariance[0][1]',
      '`target.covariance[0][1]` must be a finite number, got Infinity'
    ],
    [
      flow({ ...mixture, weights: [1, 0], stds: [1, 1] }),
      'target.weights[1]',
      '`target.weights[1]` must be greater than 0, got 0'
    ],
    [
      flow({ ...mixture, stds: [1, -1] }),
      'target.stds[1]',
      '`target.stds[1]` must be greater than 0, got -1'
    ],
    [
      flow({ ...mixture, stds: [[1], [-1]] }),
      'target.stds[1][0]',
      '`target.stds[1][0]` must be greater than 0, got -1'
    ],
    [
      flow({ kind: 'empirical', points: [[0]], bandwidth: -0.1 }),
      'target.bandwidth',
      '`target.bandwidth` must be at least 0, got -0.1'
    ],
    [
      flow({ ...network, architecture: { kind: 'transformer' } }),
      'target.architecture.kind',
      '`target.architecture.kind` must be "mlp" or "residual-mlp" or "mixer" or "patch-transformer" or "unet" or "graph", got "transformer"'
    ],
    [
      flow({ ...network, prediction: 'score' }),
      'target.prediction',
      '`target.prediction` must be "velocity" or "denoiser" or "noise", got "score"'
    ],
    [
      flow({ ...network, denoiserUntil: 1 }),
      'target.denoiserUntil',
      '`target.denoiserUntil` must be less than 1, got 1'
    ],
    [
      flow({ ...network, weights: '../weights.safetensors' }),
      'target.weights',
      '`target.weights` must be the name of a .safetensors file beside the manifest, got "../weights.safetensors"'
    ]
  ])('%j is refused', (file, path, message) => {
    expect(refusal(() => validate(FlowFileSchema, file))).toEqual({ code: 'invalid_argument', path, message })
  })

  it('within a request, its faults are named from the top', () => {
    const request = { model: flow({ ...gaussian, mean: [0, NaN] }) }
    expect(refusal(() => validate(SampleRequestSchema, request)).path).toBe('model.target.mean[1]')
  })

  it('a path that the caller gives comes before the field', () => {
    const { path, message } = refusal(() => validate(FlowFileSchema, { schedule: 'linear' }, 'model'))
    expect({ path, message }).toEqual({ path: 'model.target', message: '`model.target` is required' })
  })
})

it('a manifest of a later format is refused by that', () => {
  expect(refusal(() => validate(ManifestSchema, { format: 2 }, '', 'invalid_model'))).toEqual({
    code: 'invalid_model',
    path: 'format',
    message: '`format` must be 1, got 2'
  })
})

it.each([
  ['a long array', Array.from({ length: 100_000 }, (_, i) => i)],
  ['a long text', 'x'.repeat(100_000)]
])('%s is shown cut off', (_, value) => {
  expect(show(value)).toHaveLength(60)
})

it('whatever a value is, it can be shown', () => {
  const loop: { self?: unknown } = {}
  loop.self = loop
  const values = [loop, 5n, [5n], Symbol('x'), () => 0, { toJSON: () => undefined }, Object.create(null)]
  for (const value of values) expect(show(value)).toBeTypeOf('string')
})

it('no value makes a schema throw anything but its own error', () => {
  const schemas = [
    FlowFileSchema,
    ManifestSchema,
    SampleRequestSchema,
    TransportRequestSchema,
    TransportOptionsSchema
  ]
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withSparseArray: true,
    withDate: true
  })
  const nearly = fc.record(
    {
      schedule: anything,
      target: anything,
      model: anything,
      format: fc.constant(1),
      flow: anything,
      count: anything
    },
    { requiredKeys: [] }
  )
  fc.assert(
    fc.property(fc.oneof(anything, nearly), fc.constantFrom(...schemas), (value, schema) => {
      try {
        validate<unknown>(schema, value)
      } catch (error) {
        expect(error).toBeInstanceOf(GaussflowError)
      }
    }),
    { numRuns: 2000 }
  )
})
