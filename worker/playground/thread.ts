import { openFlow, GaussflowError, type Flow, type TransportResult } from '../../src/index.web.ts'
import type { Points, Solving } from './backend.ts'
import { pathOf, tableauOf, toData } from './path.ts'
import type { Answer, Call, Question, Sizes } from './protocol.ts'

/**
 * Velocity evaluations per slice, about a quarter of a second of work. Between slices the page hears how far it is, sees
 * the rows that are ready, and can call the rest off.
 */
const SLICE = 256
const MOST_ROWS = 8

// A dedicated thread's own scope sends and receives as the page's end of it does.
const page = globalThis as unknown as Worker
const running = new Set<number>()
let flow: Promise<Flow> | undefined

page.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if ('cancel' in data) running.delete(data.cancel)
  else void answer(data.id, data.call)
})

async function answer(id: number, call: Call): Promise<void> {
  running.add(id)
  try {
    flow ??= open()
    const opened = await flow
    await pause() // a call that was called off while it waited never starts
    await run(id, call, opened)
  } catch (error) {
    if (error instanceof GaussflowError) say({ id, kind: 'failed', message: error.message, path: error.path })
    else
      say({
        id,
        kind: 'failed',
        message: `The flow cannot be loaded (${String(error)}). Try again.`,
        path: undefined
      })
  } finally {
    running.delete(id)
  }
}

async function open(): Promise<Flow> {
  try {
    const opened = await openFlow(new URL('/models/digits/', location.href).href)
    say({ kind: 'opened', sizes: sizes() })
    return opened
  } catch (error) {
    flow = undefined // the next call tries again
    throw error
  }
}

async function run(id: number, call: Call, flow: Flow): Promise<void> {
  switch (call.kind) {
    case 'sample': {
      const { count, ...drawing } = call.drawing
      say({ id, kind: 'noise', rows: toData(flow, flow.source({ count, seed: drawing.seed })) })
      return await inSlices(id, count, call.drawing, (first, rows, onProgress) =>
        flow.sample({ ...drawing, count: rows, first, onProgress })
      )
    }
    case 'encode':
    case 'decode': {
      const { points, solving, kind } = call
      return await inSlices(id, points.count, solving, (first, rows, onProgress) =>
        flow[kind](slice(points, first, rows), { ...solving, error: false, onProgress })
      )
    }
    case 'path': {
      const start = performance.now()
      const { rows, times, nfe } = pathOf(flow, call)
      say({ id, kind: 'rows', first: 0, rows }, [rows.data.buffer])
      say({ id, kind: 'done', nfe, time: performance.now() - start, times })
    }
  }
}

type Slice = (
  first: number,
  rows: number,
  onProgress: (done: number, total: number) => void
) => TransportResult

/** A row's bytes do not depend on its batch, so slices give what one call for all the rows would give. */
async function inSlices(id: number, count: number, { solver, steps }: Solving, one: Slice): Promise<void> {
  const evaluations = steps * tableauOf(solver).b.length
  const most = Math.max(1, Math.min(MOST_ROWS, Math.round(SLICE / evaluations)))
  let time = 0
  let nfe = 0
  for (let first = 0; first < count; first += most) {
    if (!running.has(id)) return
    const rows = Math.min(most, count - first)
    const start = performance.now()
    const result = one(first, rows, (done, total) => {
      say({ id, kind: 'progress', share: (first + (rows * done) / total) / count })
    })
    time += performance.now() - start
    nfe = result.nfe
    const { dim, data } = result
    say({ id, kind: 'rows', first, rows: { count: rows, dim, data: data as Points['data'] } })
    await pause()
  }
  say({ id, kind: 'done', nfe, time })
}

function slice({ dim, data }: Points, first: number, rows: number): Points {
  return { count: rows, dim, data: data.slice(first * dim, (first + rows) * dim) }
}

/** Lets the messages of the page come in. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

function say(answer: Answer, transfer: Transferable[] = []): void {
  page.postMessage(answer, transfer)
}

/** What the thread fetched to run: the core and the model's weights. */
function sizes(): Sizes {
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const bytes = (ending: string): number =>
    entries.find(({ name }) => name.endsWith(ending))?.decodedBodySize ?? 0
  return { core: bytes('.wasm'), weights: bytes('.safetensors') }
}
