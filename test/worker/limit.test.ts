import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parameters } from '../../src/network/parameters.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { costOf } from '../../src/flow/costOf.ts'
import { solvingOf } from '../../src/flow/solving.ts'
import { checkWork, MAX_BODY, MAX_VALUES, MAX_WORK, type Work } from '../../worker/limit.ts'
import { blobs, gaussian, ORIGIN, post, postBytes, problemOf, request, rowsOf } from './http.ts'

const work = fc.record({
  field: fc.constantFrom('count' as const, 'input' as const),
  rows: fc.integer({ min: 1, max: 1_000_000 }),
  dim: fc.integer({ min: 1, max: 2 * MAX_VALUES }),
  steps: fc.integer({ min: 1, max: 10_000 }),
  stages: fc.constantFrom(1, 2, 4)
})
const BY_STAGES = { 1: 'euler', 2: 'heun', 4: 'rk4' } as const
type Asked = Omit<Work, 'solving'> & { steps: number; stages: 1 | 2 | 4 }
const cost = fc.record({
  perRow: fc.double({ min: 10, max: 1e12, noNaN: true }),
  shared: fc.double({ min: 0, max: 1e7, noNaN: true }),
  opening: fc.constant(0)
})

function refusalOf(
  price: ReturnType<typeof costOf>,
  { steps, stages, ...request }: Asked
): string | undefined {
  try {
    checkWork(price, { ...request, solving: solvingOf({ solver: BY_STAGES[stages], steps }) })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe('the limit of work', () => {
  it('lets no request through that is above it', () => {
    fc.assert(
      fc.property(cost, work, (price, request) => {
        const { rows, dim, steps, stages } = request
        const above =
          rows * dim > MAX_VALUES ||
          steps * stages * (rows * price.perRow + price.shared) > MAX_WORK * (1 + 1e-9)
        if (above) expect(refusalOf(price, request)).toBeDefined()
      })
    )
  })

  it('names the largest number of rows or steps that it lets through', () => {
    fc.assert(
      fc.property(cost, work, (price, request) => {
        const refusal = refusalOf(price, request)
        const match = /`(\w+)` must (?:be|have) at most (\d+)/.exec(refusal ?? '')
        if (match === null) return
        const [field, most] = [match[1] === 'steps' ? 'steps' : 'rows', Number(match[2])]
        const one = field === 'steps' ? { ...request, rows: 1 } : request
        expect(refusalOf(price, { ...one, [field]: most })).toBeUndefined()
        expect(refusalOf(price, { ...one, [field]: most + 1 })).toBeDefined()
      })
    )
  })

  it('lets a grid of 64 digits through, at 50 steps of Heun', async () => {
    const refused = { model: 'digits', count: 1000, steps: 50, solver: 'heun' }
    const { detail } = await problemOf(post('/v1/sample', refused))
    expect(Number(/at most (\d+)/.exec(detail)?.[1])).toBeGreaterThanOrEqual(64)
  })

  it.each([
    ['count', '/v1/sample', { model: blobs, count: 300_000, steps: 1 }],
    ['count', '/v1/sample', { model: blobs, count: 200_000, steps: 10_000, solver: 'rk4' }],
    [
      'input',
      '/v1/encode',
      { model: blobs, input: new Array(60_000).fill([1, 2]), steps: 10_000, solver: 'rk4' }
    ]
  ])('refuses by `%s`, before anything runs: POST %s', async (path, route, fields) => {
    expect(await problemOf(post(route, fields))).toMatchObject({ status: 422, code: 'over_limit', path })
  })

  it('refuses a flow file that would take too long to open', async () => {
    const dim = 700
    const covariance = Array.from({ length: dim }, (_, i) =>
      Array.from({ length: dim }, (_, j) => (i === j ? 1 : 0))
    )
    const model = {
      schedule: 'linear',
      target: { kind: 'gaussian', mean: new Array(dim).fill(0), covariance }
    }
    expect(await problemOf(post('/v1/sample', { model }))).toMatchObject({
      status: 422,
      code: 'over_limit',
      path: 'model.target'
    })
  })

  it('refuses more numbers than a request may hold before it parses them', async () => {
    const body = `{"model":"digits","input":[[${'0,'.repeat(MAX_VALUES + MAX_VALUES / 8)}0]]}`
    expect(await problemOf(post('/v1/encode', body))).toMatchObject({ status: 422, code: 'over_limit' })
  })
})

describe('the limit of a body', () => {
  it('is told by its length', async () => {
    const problem = await problemOf(post('/v1/sample', ' '.repeat(MAX_BODY + 1)))
    expect(problem).toMatchObject({ status: 413, code: 'body_too_large' })
    expect(problem.detail).toContain(String(MAX_BODY))
  })

  it('holds for a body that streams without a length and without an end', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20).fill(0x20))
    })
    const response = request('/v1/encode', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body
    })
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'body_too_large' })
  })

  it('lets a body through that streams without a length and is small enough', async () => {
    const text = new TextEncoder().encode(JSON.stringify({ model: gaussian, steps: 1 }))
    const parts = [text.slice(0, 5), text.slice(5), new Uint8Array(MAX_BODY - text.length).fill(0x20)]
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(parts.shift())
        if (parts.length === 0) controller.close()
      }
    })
    const response = request('/v1/sample', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body
    })
    expect((await rowsOf(response)).shape).toEqual([1, 1])
  })

  it('lets a body of just its size through to be read', async () => {
    const text = JSON.stringify({ model: gaussian, steps: 1 })
    expect((await rowsOf(post('/v1/sample', text.padEnd(MAX_BODY)))).shape).toEqual([1, 1])
  })

  it('holds for .npy', async () => {
    const response = postBytes('/v1/encode?model=digits', 'application/x-npy', new Uint8Array(MAX_BODY + 1))
    expect(await problemOf(response)).toMatchObject({
      status: 413,
      instance: new URL('/v1/encode', ORIGIN).pathname
    })
  })
})

describe('the cost of a network', () => {
  const flowOf = (architecture: Architecture) =>
    ({
      schedule: 'linear',
      target: { kind: 'network', architecture, prediction: 'velocity', weights: 'w.safetensors' }
    }) as const
  const weightsOf = (architecture: Architecture) =>
    parameters(architecture)
      .filter(({ name }) => name.endsWith('.weight'))
      .reduce((sum, { shape }) => sum + shape[0] * shape[1], 0)

  it('is two operations for each weight of a perceptron without activations', () => {
    const architecture: Architecture = { kind: 'mlp', dim: 3, hidden: [5, 7], activation: 'identity' }
    expect(costOf(flowOf(architecture)).perRow).toBe(2 * weightsOf(architecture))
  })

  it('leaves what depends on the time alone out of the price of a row', () => {
    const architecture: Architecture = {
      kind: 'residual-mlp',
      dim: 8,
      width: 16,
      depth: 2,
      timeWidth: 32,
      activation: 'silu'
    }
    const wider: Architecture = { ...architecture, timeWidth: 64 }
    const [cost, widerCost] = [costOf(flowOf(architecture)), costOf(flowOf(wider))]
    expect(widerCost.perRow).toBe(cost.perRow)
    expect(widerCost.shared).toBeGreaterThan(cost.shared)
  })

  it('of a mixer grows with its tokens', () => {
    const mixer = (patch: number): Architecture => ({
      kind: 'mixer',
      image: [28, 28, 1],
      patch,
      width: 96,
      depth: 4,
      tokenHidden: 98,
      channelHidden: 192,
      timeWidth: 64,
      activation: 'silu'
    })
    // 49 tokens: 4 blocks of 2 x (2 x 49 x 98 x 96 + 2 x 49 x 96 x 192) operations, and some.
    expect(costOf(flowOf(mixer(4))).perRow / 21.9e6).toBeCloseTo(1.06, 1)
    expect(costOf(flowOf(mixer(2))).perRow).toBeGreaterThan(3 * costOf(flowOf(mixer(4))).perRow)
  })
})
