import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatNpy } from '../../src/io/index.ts'
import { blobs, gaussian, post, postBytes, problemOf, request } from './http.ts'

const route = fc.constantFrom('/v1/sample', '/v1/encode', '/v1/decode', '/v1/velocity')
const runs = { numRuns: 300 }

/** An answer, or a refusal that explains itself; never a failure of ours. */
async function expectSettled(answer: Promise<Response>): Promise<void> {
  const response = await answer
  if (response.status === 200) {
    await response.arrayBuffer()
    return
  }
  expect(response.status).toBeGreaterThanOrEqual(400)
  const problem = await problemOf(response)
  expect(response.status, problem.detail).toBeLessThan(500)
}

/** Mostly what belongs there, so that requests get far; else anything. */
const mostly = (...right: unknown[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.jsonValue() })

const numbers = fc.oneof(fc.double(), fc.double({ min: -5, max: 5, noNaN: true }), fc.integer())
const rows = fc.array(fc.array(numbers, { maxLength: 3 }), { maxLength: 4 })
const input = fc.oneof(
  rows,
  fc.record({ shape: fc.array(fc.nat(4), { maxLength: 3 }), data: fc.oneof(rows, fc.array(numbers)) }),
  fc.jsonValue()
)

const target = fc.oneof(
  fc.record({ kind: mostly('gaussian'), mean: fc.array(numbers, { maxLength: 3 }), covariance: rows }),
  fc.record({
    kind: mostly('mixture'),
    weights: fc.array(numbers, { maxLength: 3 }),
    means: rows,
    stds: fc.oneof(rows, fc.array(numbers))
  }),
  fc.record({ kind: mostly('empirical'), points: rows, bandwidth: numbers })
)
const model = fc.oneof(
  mostly(blobs, gaussian),
  fc.record({ schedule: mostly('linear', 'trigonometric'), target }),
  fc.string()
)

const fields = fc.record(
  {
    model,
    input,
    count: mostly(1, 3, 50),
    seed: mostly(0, 7, 2 ** 40),
    first: mostly(0, 2 ** 32 - 1),
    solver: mostly('euler', 'heun', 'rk4'),
    steps: mostly(1, 2, 10),
    time: mostly(0, 0.5, 1)
  },
  { requiredKeys: ['model'] }
)

it('any JSON gets an answer or a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(route, fc.json(), (path, body) => expectSettled(post(path, body))),
    runs
  )
})

it('any fields get an answer or a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(route, fields, (path, body) => expectSettled(post(path, body))),
    { numRuns: 1000 }
  )
})

it('any bytes of any type get an answer or a refusal', async () => {
  const type = fc.constantFrom('application/json', 'application/x-npy', 'image/png', 'text/plain', '')
  await fc.assert(
    fc.asyncProperty(route, type, fc.uint8Array({ maxLength: 300 }), (path, type, bytes) =>
      expectSettled(postBytes(path, type, bytes))
    ),
    runs
  )
})

it('any .npy with any of its bytes changed gets an answer or a refusal', async () => {
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 })
  const query = fc.constantFrom(
    '?model=digits&steps=1',
    '?model=digits&time=0.5',
    '?model=letters',
    '?steps=1',
    '?model=digits&steps=1e1'
  )
  await fc.assert(
    fc.asyncProperty(route, query, changes, fc.nat(3), (path, query, edits, cut) => {
      const bytes = formatNpy({ shape: [1, 784], data: new Float32Array(784).fill(0.5) })
      for (const [at, byte] of edits) bytes[at] = byte
      return expectSettled(postBytes(path + query, 'application/x-npy', bytes.slice(0, bytes.length - cut)))
    }),
    { numRuns: 100 }
  )
})

it('any path, method and accepted form get an answer or a refusal', async () => {
  const path = fc.oneof(
    fc.webPath(),
    fc.webPath().map((path) => `/v1${path}`),
    fc.string().map((id) => `/v1/models/${encodeURIComponent(id)}`)
  )
  const accept = fc.oneof(
    fc.constantFrom('*/*', 'application/json', 'image/png;q=0.1'),
    fc.stringMatching(/^[ -~]*$/)
  )
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      accept,
      (path, method, accept) => expectSettled(request(path, { method, headers: { accept } }))
    ),
    runs
  )
})

it.each([
  ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
  ['objects', (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)]
])('%s within each other, however deep, get a refusal', async (_, nested) => {
  const deep = nested(400_000)
  await expectSettled(post('/v1/sample', deep))
  await expectSettled(post('/v1/sample', `{"model":${deep}}`))
  await expectSettled(post('/v1/encode', `{"model":"digits","input":${deep}}`))
})
