import { readFile } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { openFlow, type OpenFlow } from '../../src/index.ts'
import { createApp } from '../../worker/app.ts'
import { MAX_BODY, MAX_VALUES } from '../../worker/limit.ts'
import { openModels } from '../../worker/models.ts'

const MOST = 64 * 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that something still holds: objects, buffers and the memory of cores. */
function live(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The most that was alive at the end of a run, when a request holds its body, its flow and its result. */
let peak = 0
const watched: OpenFlow = async (...args) => {
  const flow = await openFlow(...args)
  for (const method of ['sample', 'encode', 'decode'] as const) {
    const run = flow[method].bind(flow) as (...args: unknown[]) => never
    flow[method] = (...args: unknown[]) => {
      const result = run(...args)
      peak = Math.max(peak, live())
      return result
    }
  }
  return flow
}

const app = createApp({
  models: openModels({
    names: () => Promise.resolve(['digits']),
    read: async (path) => await readFile(`models/${path}`),
    openFlow: watched
  })
})

async function post(route: string, body: Blob): Promise<number> {
  expect(body.size).toBeLessThanOrEqual(MAX_BODY)
  const headers = { 'content-type': 'application/json', accept: 'application/x-npy' }
  const response = await app.request(`/v1/${route}`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}

const json = (fields: object): Blob => new Blob([JSON.stringify(fields)])
const rows = (count: number, dim: number) =>
  Array.from({ length: count }, (_, i) => new Array<number>(dim).fill(i % 7))

describe('an isolate', () => {
  it(`holds less than ${MOST / 2 ** 20} MiB when it serves the largest requests, one after another`, async () => {
    const most = Math.floor(MAX_VALUES / 784)
    const model = {
      schedule: 'linear',
      target: { kind: 'empirical', points: rows(64, 8000), bandwidth: 0.5 }
    }
    const sample = json({ model: 'digits', solver: 'rk4', steps: 1, count: most })
    const encode = json({ model: 'digits', solver: 'euler', steps: 1, input: rows(most, 784) })
    const inline = json({ model, solver: 'rk4', steps: 1, count: 64 })
    const before = live()
    expect(await post('sample', sample)).toBe(200)
    expect(await post('encode', encode)).toBe(200)
    expect(await post('sample', inline)).toBe(200)
    expect(peak - before).toBeGreaterThan(16 * 2 ** 20) // or nothing was measured
    expect(peak - before).toBeLessThan(MOST)
  }, 60_000) // ten times what it takes where nothing else runs
})
