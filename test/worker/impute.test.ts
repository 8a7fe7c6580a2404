import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.workerd.ts'
import { formatNpy, parseNpy } from '../../src/io/index.ts'
import { blobs, gaussian, post, postBytes, problemOf, rowsOf } from './http.ts'

describe('POST /v1/impute', () => {
  it('draws what is null, as the library does', async () => {
    const input = [
      [1, null],
      [null, 0.2]
    ]
    const fields = { model: blobs, input, count: 2, seed: 5, noiseStd: 0.1 }
    const answer = await rowsOf(post('/v1/impute', fields))
    expect(answer).toMatchObject({
      model: null,
      shape: [4, 2],
      method: 'exact',
      nfe: 0,
      seed: 5,
      status: ['ok', 'ok', 'ok', 'ok']
    })
    using flow = await openFlow(blobs)
    const { data } = await flow.impute(input, { count: 2, seed: 5, noiseStd: 0.1 })
    expect(answer.data.flat()).toEqual([...data])
  })

  it('goes along the flow of a bundled model, by a mask', async () => {
    const mask = Array.from({ length: 784 }, (_, j) => (j < 392 ? 1 : 0))
    const input = [new Array<number>(784).fill(0)]
    const answer = await rowsOf(post('/v1/impute', { model: 'digits', input, mask, steps: 2, iterations: 1 }))
    expect(answer).toMatchObject({ model: 'digits', shape: [1, 784], method: 'guided', nfe: 4, steps: 2 })
    expect(answer.data[0].slice(0, 392)).toEqual(input[0].slice(0, 392))
  })

  it('takes NaN in an .npy body for what is missing', async () => {
    const body = formatNpy({ shape: [1, 2], data: Float32Array.of(1, NaN) })
    const response = await postBytes('/v1/impute?model=digits', 'application/x-npy', body)
    expect(await problemOf(response)).toMatchObject({ code: 'shape_mismatch', path: 'input' })
    const wide = new Float32Array(784).fill(NaN)
    const whole = await postBytes(
      '/v1/impute?model=digits&steps=1',
      'application/x-npy',
      formatNpy({ shape: [1, 784], data: wide }),
      { accept: 'application/x-npy' }
    )
    expect(parseNpy(new Uint8Array(await whole.arrayBuffer())).shape).toEqual([1, 784])
  })

  it.each([
    [{ model: gaussian, input: [[null]], count: 600_000 }, 'over_limit', 'count'],
    [{ model: 'digits', input: [new Array<null>(784).fill(null)], steps: 10_000 }, 'over_limit', 'model'],
    [{ model: gaussian, input: [['x']] }, 'invalid_argument', 'input[0][0]'],
    [{ model: gaussian, input: [[1]], label: 3 }, 'invalid_argument', 'label'],
    [{ model: gaussian }, 'invalid_argument', 'input']
  ])('refuses what it cannot do: %#', async (fields, code, path) => {
    expect(await problemOf(post('/v1/impute', fields))).toMatchObject({ code, path })
  })
})

describe('POST /v1/anomaly', () => {
  it('scores rows as the library does, raw and with held-out scores', async () => {
    using flow = await openFlow(blobs)
    const input = [
      [0, 0],
      [2, 0]
    ]
    const calibration = await flow.calibrate(flow.sample({ count: 9 }))
    for (const more of [{}, { calibration }]) {
      const { score, pValue, ...facts } = await flow.anomaly(input, more)
      const response = await post('/v1/anomaly', { model: blobs, input, ...more })
      expect(await response.json()).toEqual({
        model: null,
        ...facts,
        score: [...score],
        ...(pValue && { pValue: [...pValue] })
      })
    }
  })

  it.each([
    [{ model: blobs, input: [[0, 0]], method: 'typicality' }, 'invalid_argument', 'method'],
    [
      {
        model: 'digits',
        input: [new Array<number>(784).fill(0)],
        draws: 1024,
        times: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
      },
      'over_limit',
      'model'
    ],
    [{ model: blobs, input: [[0]] }, 'shape_mismatch', 'input']
  ])('refuses what it cannot do: %#', async (fields, code, path) => {
    expect(await problemOf(post('/v1/anomaly', fields))).toMatchObject({ code, path })
  })
})
