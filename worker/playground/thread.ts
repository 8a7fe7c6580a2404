import { openFlow, GaussflowError, type Flow } from '../../src/index.web.ts'
import { certificateOf } from './certificate.ts'
import { evaluationsOf, pathOf, toData } from './path.ts'
import type { Answer, Call, Question, Sizes } from './protocol.ts'
import { inSlices, pause, slice, type Caller } from './slices.ts'

// A dedicated thread's own scope sends and receives as the page's end of it does.
const page = globalThis as unknown as Worker
const running = new Map<number, AbortController>()
let flow: Promise<Flow> | undefined

page.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if ('cancel' in data) running.get(data.cancel)?.abort()
  else void answer(data.id, data.call)
})

async function answer(id: number, call: Call): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  try {
    await run({ id, signal: controller.signal, say }, call)
  } catch (error) {
    if (controller.signal.aborted) return
    const refused = error instanceof GaussflowError
    const message = refused ? error.message : `The flow cannot be loaded (${String(error)}). Try again.`
    say({ id, kind: 'failed', message, path: refused ? error.path : undefined, broken: !refused })
  } finally {
    running.delete(id)
  }
}

/** The page's own model, which is opened once. */
function digits(): Promise<Flow> {
  flow ??= open()
  return flow
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

async function run(caller: Caller, call: Call): Promise<void> {
  const { id, signal } = caller
  if (call.kind === 'certify') {
    const start = performance.now()
    const onProgress = (share: number): void => say({ id, kind: 'progress', share })
    const statements = await certificateOf(call.model, digits, { signal, onProgress })
    return say({ id, kind: 'certified', statements, time: performance.now() - start })
  }
  const flow = await digits()
  await pause() // a call that was called off while it waited never starts
  switch (call.kind) {
    case 'sample': {
      const { count, ...drawing } = call.drawing
      say({ id, kind: 'noise', rows: toData(flow, flow.source({ count, seed: drawing.seed })) })
      return await inSlices(caller, count, evaluationsOf(flow, drawing), (first, rows, onProgress) =>
        flow.sample({ ...drawing, count: rows, first, onProgress })
      )
    }
    case 'encode':
    case 'decode': {
      const { points, solving, kind } = call
      return await inSlices(caller, points.count, evaluationsOf(flow, solving), (first, rows, onProgress) =>
        flow[kind](slice(points, first, rows), { ...solving, error: false, onProgress })
      )
    }
    case 'path': {
      const start = performance.now()
      const { rows, nfe } = await pathOf(flow, call, signal)
      say({ id, kind: 'rows', first: 0, rows }, [rows.data.buffer])
      say({ id, kind: 'done', nfe, time: performance.now() - start })
    }
  }
}

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
