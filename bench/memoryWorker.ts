/**
 * Serves the largest requests for the bundled digits, one after another, in an isolate of Node; prints what it holds. The
 * app is the worker's, with its limits; the platform around it is not workerd.
 */
import { readFile } from 'node:fs/promises'
import type { OpenFlow } from '../src/index.ts'
import { isolateBytes, memoryUse } from './memoryUse.ts'

/** Bytes of the isolate's heap, its buffers and its WebAssembly memories, less those of Node before the app was loaded. */
export interface Served {
  /** Of a request: as many as the worker allows. */
  readonly rows: number
  /** The most at the end of a run, when the request, its flow and its result are held at once. */
  readonly most: number
  /** Once all is answered, when the model stays open. */
  readonly kept: number
}

const NAME = 'digits'
const DIM = 784
const compiled = (path: string): string => new URL(`../dist/${path}`, import.meta.url).href
const json = (fields: object): Blob => new Blob([JSON.stringify({ model: NAME, ...fields })])

const { isolate: empty } = await memoryUse()
const { openFlow } = (await import(compiled('src/index.js'))) as typeof import('../src/index.ts')
const { createApp } = (await import(compiled('worker/app.js'))) as typeof import('../worker/app.ts')
const { openModels } = (await import(compiled('worker/models.js'))) as typeof import('../worker/models.ts')
const { MAX_VALUES } = (await import(compiled('worker/limit.js'))) as typeof import('../worker/limit.ts')

let most = 0
const watched: OpenFlow = async (...args) => {
  const flow = await openFlow(...args)
  for (const method of ['sample', 'encode', 'decode'] as const) {
    const run = flow[method].bind(flow) as (...args: unknown[]) => never
    flow[method] = (...args: unknown[]) => {
      const result = run(...args)
      most = Math.max(most, isolateBytes())
      return result
    }
  }
  return flow
}
const app = createApp({
  models: openModels({
    names: () => Promise.resolve([NAME]),
    read: async (path) => await readFile(new URL(`../models/${path}`, import.meta.url)),
    openFlow: watched
  })
})

async function post(route: string, body: Blob): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await app.request(`/v1/${route}`, { method: 'POST', headers, body })
  for await (const _ of response.body ?? []);
  if (response.status !== 200) throw new Error(`${route} answered ${response.status}`)
}

const count = Math.floor(MAX_VALUES / DIM)
const how = { solver: 'rk4', steps: 1 } // no solver has more slopes for which so many rows leave room
const rows = (): number[][] =>
  Array.from({ length: count }, (_, i) => new Array<number>(DIM).fill((i % 7) / 8))
await post('sample', json({ ...how, count }))
await post('encode', json({ ...how, input: rows() }))
await post('decode', json({ ...how, input: rows() }))
const { isolate: kept } = await memoryUse()

const served: Served = { rows: count, most: most - empty, kept: kept - empty }
process.stdout.write(JSON.stringify(served), () => process.exit())
