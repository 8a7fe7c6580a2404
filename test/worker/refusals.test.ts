import { afterEach, describe, expect, it } from 'vitest'
import { blobs, gaussian, post, postBytes, problemOf, request, rowsOf } from './http.ts'

type Refusal = [title: string, fields: object, status: number, code: string, path: string | undefined]

/** A flow file with one thing changed. */
const target = (changes: object) => ({ model: { ...blobs, target: { ...blobs.target, ...changes } } })
const normal = (covariance: unknown) => ({
  model: { schedule: 'linear', target: { kind: 'gaussian', mean: [0, 0], covariance } }
})
const network = {
  kind: 'network',
  architecture: { kind: 'mlp', dim: 2, hidden: [4], activation: 'silu' },
  prediction: 'velocity',
  weights: 'weights.safetensors'
}

const SAMPLE: Refusal[] = [
  ['no model', { model: undefined }, 400, 'invalid_argument', 'model'],
  ['a model that is a number', { model: 7 }, 400, 'invalid_argument', 'model'],
  ['an empty name', { model: '' }, 400, 'invalid_argument', 'model'],
  ['an unknown model', { model: 'letters' }, 404, 'unknown_model', 'model'],
  ['a model by its URL', { model: 'https://example.com/digits/' }, 404, 'unknown_model', 'model'],
  ['a path out of the models', { model: '../index.html' }, 404, 'unknown_model', 'model'],
  ['a count of zero', { count: 0 }, 400, 'invalid_argument', 'count'],
  ['a negative count', { count: -1 }, 400, 'invalid_argument', 'count'],
  ['a count between integers', { count: 2.5 }, 400, 'invalid_argument', 'count'],
  ['a count in words', { count: '3' }, 400, 'invalid_argument', 'count'],
  ['a count beyond all counts', { count: 1e9 }, 400, 'invalid_argument', 'count'],
  ['a count that is null', { count: null }, 400, 'invalid_argument', 'count'],
  ['a count beyond one request', { count: 1_000_000 }, 422, 'over_limit', 'count'],
  ['a negative seed', { seed: -1 }, 400, 'invalid_argument', 'seed'],
  ['a seed that JSON does not carry exactly', { seed: 2 ** 53 }, 400, 'invalid_argument', 'seed'],
  ['a first sample beyond the last', { first: 2 ** 32 }, 400, 'invalid_argument', 'first'],
  ['no steps', { steps: 0 }, 400, 'invalid_argument', 'steps'],
  ['half a step', { steps: 1.5 }, 400, 'invalid_argument', 'steps'],
  ['an unknown solver', { solver: 'rk5' }, 400, 'invalid_argument', 'solver'],
  ['a field that is misspelt', { stepz: 5 }, 400, 'invalid_argument', 'stepz'],
  ['a field of another route', { time: 0.5 }, 400, 'invalid_argument', 'time'],
  ['an error of random paths', { solver: 'stochastic', error: true }, 400, 'invalid_argument', 'error'],
  ['probes without a log-density', { probes: 8 }, 400, 'invalid_argument', 'probes'],
  [
    'probes of an exact divergence',
    { logProb: true, divergence: 'exact', probes: 8 },
    400,
    'invalid_argument',
    'probes'
  ],
  [
    'an unknown schedule',
    { model: { ...blobs, schedule: 'cosine' } },
    400,
    'invalid_argument',
    'model.schedule'
  ],
  [
    'an unknown kind of target',
    { model: { ...blobs, target: { kind: 'banana' } } },
    400,
    'invalid_argument',
    'model.target.kind'
  ],
  ['a target that is missing', { model: { schedule: 'linear' } }, 400, 'invalid_argument', 'model.target'],
  [
    'means of unequal length',
    target({ means: [[-2, 0], [2]] }),
    400,
    'shape_mismatch',
    'model.target.means[1]'
  ],
  ['a negative weight', target({ weights: [0.5, -0.5] }), 400, 'invalid_argument', 'model.target.weights[1]'],
  ['fewer weights than means', target({ weights: [1] }), 400, 'shape_mismatch', 'model.target.means'],
  [
    'a covariance that is not positive definite',
    normal([
      [1, 2],
      [2, 1]
    ]),
    400,
    'invalid_argument',
    'model.target.covariance'
  ],
  [
    'a covariance that is not symmetric',
    normal([
      [1, 0.5],
      [0, 1]
    ]),
    400,
    'invalid_argument',
    'model.target.covariance'
  ],
  ['a covariance that is not square', normal([[1, 0]]), 400, 'shape_mismatch', 'model.target.covariance'],
  [
    'a network, whose weights are not in it',
    { model: { schedule: 'linear', target: network } },
    422,
    'unsupported',
    'model.target.kind'
  ]
]

const ROWS: Refusal[] = [
  ['no input', {}, 400, 'invalid_argument', 'input'],
  ['a number', { input: 5 }, 400, 'invalid_argument', 'input'],
  ['no rows', { input: [] }, 400, 'shape_mismatch', 'input'],
  ['rows of another dimension', { input: [[1, 2, 3]] }, 400, 'shape_mismatch', 'input'],
  ['rows of unequal length', { input: [[1, 2], [3]] }, 400, 'shape_mismatch', 'input[1]'],
  ['a row that is a number', { input: [[1, 2], 3] }, 400, 'shape_mismatch', 'input[1]'],
  [
    'NaN, which JSON writes as null',
    {
      input: [
        [1, 2],
        [3, NaN]
      ]
    },
    400,
    'invalid_argument',
    'input[1][1]'
  ],
  ['a number that is infinite in 32 bits', { input: [[1, 1e39]] }, 400, 'not_finite', 'input[0][1]'],
  [
    'a shape that its data do not fill',
    { input: { shape: [2, 2], data: [1, 2, 3] } },
    400,
    'shape_mismatch',
    'input.data'
  ],
  [
    'a shape of three dimensions',
    { input: { shape: [1, 1, 2], data: [1, 2] } },
    400,
    'shape_mismatch',
    'input.shape'
  ]
]

const TIMES: Refusal[] = [
  ['no time', {}, 400, 'invalid_argument', 'time'],
  ['a time before noise', { time: -0.1 }, 400, 'invalid_argument', 'time'],
  ['a time after the data', { time: 1.1 }, 400, 'invalid_argument', 'time'],
  ['a time in words', { time: 'noon' }, 400, 'invalid_argument', 'time'],
  ['steps, of which a velocity has none', { time: 0.5, steps: 3 }, 400, 'invalid_argument', 'steps'],
  ['probes without a divergence', { time: 0.5, probes: 8 }, 400, 'invalid_argument', 'probes']
]

afterEach(async () => {
  // Whatever was refused, the next request works.
  expect((await rowsOf(post('/v1/sample', { model: gaussian, steps: 1 }))).shape).toEqual([1, 1])
})

async function expectRefusal(
  route: string,
  fields: object,
  status: number,
  code: string,
  path: string | undefined
): Promise<void> {
  const problem = await problemOf(post(`/v1/${route}`, fields))
  expect(problem).toMatchObject({ status, code, instance: `/v1/${route}` })
  expect(problem.path).toBe(path)
  if (path !== undefined) expect(problem.detail).toContain(`\`${path}\``)
}

describe('POST /v1/sample refuses', () => {
  it.each(SAMPLE)('%s', (_, fields, ...problem) =>
    expectRefusal('sample', { model: blobs, ...fields }, ...problem)
  )
})

describe.each(['encode', 'decode'])('POST /v1/%s refuses', (route) => {
  it.each(ROWS)('%s', (_, fields, ...problem) =>
    expectRefusal(route, { model: blobs, ...fields }, ...problem)
  )
  it('an unknown solver', () =>
    expectRefusal(route, { model: blobs, input: [[1, 2]], solver: 'x' }, 400, 'invalid_argument', 'solver'))
  it('an unknown model', () =>
    expectRefusal(route, { model: 'letters', input: [[1, 2]] }, 404, 'unknown_model', 'model'))
})

describe('POST /v1/velocity refuses', () => {
  it.each(ROWS)('%s', (_, fields, ...problem) =>
    expectRefusal('velocity', { model: blobs, time: 0.5, ...fields }, ...problem)
  )
  it.each(TIMES)('%s', (_, fields, ...problem) =>
    expectRefusal('velocity', { model: blobs, input: [[1, 2]], ...fields }, ...problem)
  )
})

describe.each(['sample', 'encode', 'decode', 'velocity'])('POST /v1/%s refuses a body that', (route) => {
  const url = `/v1/${route}`

  it.each(['', '{', '{"model": NaN}', "{'model': 'digits'}", '{"model":"digits"}}', '\u0000'])(
    'is not JSON: %j',
    async (body) => {
      expect(await problemOf(post(url, body))).toMatchObject({ status: 400, code: 'malformed_json' })
    }
  )

  it('is not UTF-8', async () => {
    const bytes = new Uint8Array([0x22, 0xff, 0xfe, 0x22])
    expect(await problemOf(postBytes(url, 'application/json', bytes))).toMatchObject({
      status: 400,
      code: 'malformed_json'
    })
  })

  it.each(['[]', 'null', '7', '"digits"'])('is JSON, but no object: %s', async (body) => {
    const problem = await problemOf(post(url, body))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_argument' })
    expect(problem.detail).toBe(`the body must be an object of fields, got ${body}`)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'image/png', 'nonsense'])(
    'comes as %s',
    async (type) => {
      const response = await post(url, { model: blobs }, { 'content-type': type })
      expect(response.headers.get('accept-post')).toContain('application/json')
      expect(await problemOf(response)).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
        path: 'content-type'
      })
    }
  )

  it('comes without a content type', async () => {
    const response = request(url, { method: 'POST', body: new TextEncoder().encode('{}') })
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })
})

it('POST /v1/sample reads no .npy', async () => {
  expect(await problemOf(postBytes('/v1/sample', 'application/x-npy', new Uint8Array(200)))).toMatchObject({
    status: 415
  })
})

it('the content type may name its character set', async () => {
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
  expect((await post('/v1/sample', { model: gaussian, steps: 1 }, headers)).status).toBe(200)
})
