import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, type ImputeOptions } from '../../src/index.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { flowsOn, gaussian } from './flows.ts'

describe('a bad imputation', () => {
  const opened = openFlow(gaussian('linear'))
  afterAll(async () => (await opened).close())

  it.each<[unknown, object, string, string]>([
    [[[1, 2]], {}, 'shape_mismatch', 'input'],
    [[[1, null, 'x']], {}, 'invalid_argument', 'input[0][2]'],
    [[[1, Infinity, 0]], {}, 'not_finite', 'input[0][1]'],
    [[[1, NaN, 0]], { mask: [1, 1, 0] }, 'not_finite', 'input[0][1]'],
    [[[1, 2, 0]], { mask: [1, 2, 0] }, 'invalid_argument', 'mask[1]'],
    [[[1, 2, 0]], { mask: [1, 0] }, 'shape_mismatch', 'mask'],
    [
      [[1, 2, 0]],
      {
        mask: [
          [1, 0, 0],
          [1, 0, 0]
        ]
      },
      'shape_mismatch',
      'mask'
    ],
    [[[1]], { operator: [[1, 2]] }, 'shape_mismatch', 'operator'],
    [[[1, 2]], { operator: [[1, 2, 3]] }, 'shape_mismatch', 'input'],
    [[[null]], { operator: [[1, 2, 3]] }, 'invalid_argument', 'input[0][0]'],
    [[[1]], { operator: [[1, 2, 3]], mask: [1] }, 'invalid_argument', 'mask'],
    [[[1, 2, 0]], { noiseStd: -1 }, 'invalid_argument', 'noiseStd'],
    [[[1, 2, 0]], { noiseStd: [1, 2] }, 'shape_mismatch', 'noiseStd'],
    [[[1, 2, 0]], { method: 'exact', steps: 5 }, 'invalid_argument', 'steps'],
    [[[1, 2, 0]], { times: [0, 0.5] }, 'invalid_argument', 'times[1]'],
    [[[1, 2, 0]], { count: 0 }, 'invalid_argument', 'count'],
    [[[1, 2, 0]], { first: 2 ** 32 - 1, count: 2 }, 'invalid_argument', 'first'],
    [[[1, 2, 0]], { label: 1 }, 'invalid_argument', 'label'],
    [[[1, 2, 0]], { draws: 1 }, 'invalid_argument', 'draws'],
    [[[1, 2, 0]], { count: 100_000_000 }, 'invalid_argument', 'count']
  ])('%j with %j is refused as %s of %s', async (x, options, code, path) => {
    const flow = await opened
    expect(await laterRefusal(() => flow.impute(x as number[][], options as ImputeOptions))).toMatchObject({
      code,
      path
    })
  })

  it('a network has no formula, and what passes the memory is refused before it is made', async () => {
    using network = await openFlow(flowsOn('linear').network, { memoryLimit: 2 ** 21 })
    expect(await laterRefusal(() => network.impute([[1, 2, NaN]], { method: 'exact' }))).toMatchObject({
      code: 'invalid_argument',
      path: 'method'
    })
    expect(await laterRefusal(() => network.impute([[1, 2, NaN]], { count: 1_000_000 }))).toMatchObject({
      code: 'over_limit',
      path: 'count'
    })
  })

  it('a signal ends the work', async () => {
    const flow = await opened
    const stop = new AbortController()
    const onProgress = (): void => {
      stop.abort()
    }
    const long = { steps: 1000, count: 100, onProgress, signal: stop.signal }
    expect(await laterRefusal(() => flow.impute([[1, 2, NaN]], long))).toMatchObject({ code: 'aborted' })
  })
})
