import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.workerd.ts'
import { parseNpy } from '../../src/io/index.ts'
import { determinismCases } from '../fixtures/determinism.ts'
import { sha256 } from '../fixtures/numbers.ts'
import { post } from './http.ts'

describe.each(determinismCases())('$name', ({ source, run, sha256: expected }) => {
  it('has the same bytes in workerd as everywhere', async () => {
    expect(await sha256(await run(await openFlow(source)))).toBe(expected)
  })
})

it('a mixture sampled over HTTP has the same bytes as everywhere', async () => {
  const { source, sha256: expected } = determinismCases()[0]
  const fields = { model: source, count: 33, seed: 2 ** 40 + 7, solver: 'heun', steps: 20 }
  const response = await post('/v1/sample', fields, { accept: 'application/x-npy' })
  const { data } = parseNpy(new Uint8Array(await response.arrayBuffer()))
  expect(await sha256(data as Float32Array<ArrayBuffer>)).toBe(expected)
})

it('a worker has one core, the one that answers the same everywhere', async () => {
  const [{ source }] = determinismCases()
  await expect(openFlow(source, { kernel: 'relaxed' })).rejects.toMatchObject({
    code: 'unsupported',
    path: 'kernel'
  })
})
