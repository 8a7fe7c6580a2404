import { afterAll, describe, expect, it } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import { openFlow, SOLVER_NAMES } from '../../src/index.ts'
import { laterRefusal, refusal } from '../fixtures/refusal.ts'
import { gaussian } from './flows.ts'

const flow = await openFlow(gaussian('linear'))
afterAll(() => {
  flow.close()
})
const good = [1, 2, 3]

/** As a caller without types would call. */
type Untyped = Record<'sample' | 'source' | 'encode' | 'decode' | 'velocity', (...args: unknown[]) => unknown>
const untyped = flow as unknown as Untyped
const open = openFlow as (...args: unknown[]) => Promise<Flow>
const target = { kind: 'gaussian', mean: [0], covariance: [[1]] }

describe('a bad call names the field and what it must be', () => {
  it.each<[string, () => unknown, string, string | undefined, string]>([
    [
      'a count that is no integer',
      () => untyped.sample({ count: 2.5 }),
      'invalid_argument',
      'count',
      '`count` must be an integer from 1 to 1000000, got 2.5'
    ],
    [
      'a count that is too large',
      () => untyped.sample({ count: 1e7 }),
      'invalid_argument',
      'count',
      '`count` must be an integer from 1 to 1000000, got 10000000'
    ],
    [
      'a count that is no number',
      () => untyped.source({ count: '4' }),
      'invalid_argument',
      'count',
      '`count` must be an integer from 1 to 1000000, got "4"'
    ],
    [
      'an unknown solver',
      () => untyped.decode([good], { solver: 'rk45' }),
      'invalid_argument',
      'solver',
      `\`solver\` must be ${SOLVER_NAMES.map((name) => `"${name}"`).join(' or ')}, got "rk45"`
    ],
    [
      'no steps',
      () => untyped.encode([good], { steps: 0 }),
      'invalid_argument',
      'steps',
      '`steps` must be an integer from 1 to 10000, got 0'
    ],
    [
      'a time beyond the data',
      () => untyped.velocity([good], { time: 1.5 }),
      'invalid_argument',
      'time',
      '`time` must be a number from 0 (noise) to 1 (data), got 1.5'
    ],
    ['no time', () => untyped.velocity([good], {}), 'invalid_argument', 'time', '`time` is required'],
    [
      'another dimension',
      () => untyped.decode([[1, 2]]),
      'shape_mismatch',
      'input',
      '`input` must have rows of length 3 (the dimension of the flow), got 2'
    ],
    [
      'rows of different lengths',
      () => untyped.encode([good, [1]]),
      'shape_mismatch',
      'input[1]',
      '`input[1]` must have length 3, got 1'
    ],
    [
      'NaN',
      () => untyped.encode([good, [1, NaN, 3]]),
      'not_finite',
      'input[1][1]',
      '`input[1][1]` must be a finite 32-bit number, got NaN'
    ],
    [
      'an infinity',
      () => untyped.velocity([[1, 2, -Infinity]], { time: 0.5 }),
      'not_finite',
      'input[0][2]',
      '`input[0][2]` must be a finite 32-bit number, got -Infinity'
    ],
    [
      'no points',
      () => untyped.decode(undefined),
      'invalid_argument',
      'input',
      '`input` must be rows [[...], ...] or { shape, data }, got undefined'
    ]
  ])('%s is refused', (_, call, code, path, message) => {
    expect(refusal(call)).toEqual({ code, path, message })
    expect(flow.sample({ count: 2 }).status).toEqual(['ok', 'ok'])
  })

  it.each<[string, () => unknown, string]>([
    [
      'samples beyond the last index of a seed',
      () => untyped.sample({ first: 2 ** 32 - 1, count: 2 }),
      'first'
    ],
    ['options that are null', () => untyped.sample(null), ''],
    ['options that are a number', () => untyped.sample(3), ''],
    ['transport options that are null', () => untyped.decode([good], null), ''],
    ['no options for a velocity', () => untyped.velocity([good]), ''],
    ['a report of progress that is no function', () => untyped.sample({ onProgress: 5 }), 'onProgress'],
    ['a field that is none', () => untyped.sample({ counts: 3 }), 'counts'],
    ['a count for points that are there', () => untyped.decode([good], { count: 1 }), 'count']
  ])('%s are refused', (_, call, path) => {
    expect(refusal(call)).toMatchObject({ code: 'invalid_argument', path: path === '' ? undefined : path })
  })
})

describe('a source that is no flow', () => {
  it.each([undefined, null, 5, [], {}, () => 0, { manifest: null, files: {} }])(
    '%o opens nothing',
    async (source) => {
      expect((await laterRefusal(() => open(source))).code).toMatch(/^invalid_(argument|model)$/)
    }
  )

  it.each([
    [
      { schedule: 'cosine', target },
      'schedule',
      '`schedule` must be "linear" or "trigonometric" or "follmer" or "vp" or "ve" or "polynomial" or an object, got "cosine"'
    ],
    [
      { schedule: 'linear', target: { kind: 'gausian' } },
      'target.kind',
      '`target.kind` must be "gaussian" or "mixture" or "empirical" or "network", got "gausian"'
    ]
  ])('%j opens nothing', async (source, path, message) => {
    expect(await laterRefusal(() => open(source))).toEqual({ code: 'invalid_argument', path, message })
  })

  it.each([
    [null, undefined],
    [{ memoryLimit: 5 }, 'memoryLimit'],
    [{ memoryLimit: NaN }, 'memoryLimit'],
    [{ memoryLimit: '1 GiB' }, 'memoryLimit'],
    [{ memory: 2 ** 20 }, 'memory']
  ])('nothing opens with the options %j', async (options, path) => {
    expect(await laterRefusal(() => open(gaussian('linear'), options))).toMatchObject({
      code: 'invalid_argument',
      path
    })
  })
})

it('every call after close is refused as closed, closing again is not', async () => {
  const closed = await openFlow(gaussian('linear'))
  closed.close()
  closed.close()
  const calls = [
    () => closed.sample(),
    () => closed.source(),
    () => closed.encode([good]),
    () => closed.decode([good]),
    () => closed.velocity([good], { time: 0.5 })
  ]
  for (const call of calls) {
    expect(refusal(call)).toMatchObject({
      code: 'closed',
      message: 'the flow must be open, and was closed; open it again with openFlow'
    })
  }
})

it('an error of the caller in a report of progress reaches the caller, and the next call works', () => {
  const before = flow.sample({ seed: 5 })
  const stop = () => {
    throw new RangeError('stop')
  }
  expect(() => flow.sample({ onProgress: stop })).toThrow(RangeError)
  expect(flow.sample({ seed: 5 })).toEqual(before)
})

it('a call from within a report of progress disturbs neither', () => {
  const expected = flow.sample({ count: 3, seed: 6 })
  const inner: unknown[] = []
  const onProgress = () => inner.push(flow.sample({ count: 3, seed: 6 }))
  expect(flow.sample({ count: 3, seed: 6, onProgress })).toEqual(expected)
  for (const result of inner) expect(result).toEqual(expected)
})

it('a row of the largest numbers is ok where the flow brings it home', () => {
  // On straight lines one Euler step from pure noise ends in the mean, whatever it starts from.
  const { status, data } = flow.decode([good, [3e38, -3e38, 3e38], good], { solver: 'euler', steps: 1 })
  expect(status).toEqual(['ok', 'ok', 'ok'])
  expect(data.subarray(0, 3)).toEqual(data.subarray(6, 9))
})

it('a row that overflows on its way is diverged, its neighbours are as without it', async () => {
  using wide = await openFlow({
    schedule: 'linear',
    target: { kind: 'gaussian', mean: [0], covariance: [[1e6]] }
  })
  const { status, data } = wide.decode([[1], [3e38], [2]])
  expect(status).toEqual(['ok', 'diverged', 'ok'])
  expect([data[0], data[2]]).toEqual([...wide.decode([[1], [2]]).data])
})
