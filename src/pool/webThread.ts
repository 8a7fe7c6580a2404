// One worker of a page's pool: the first message says what to open, the others are its pieces.
import { openFlow } from '../index.web.ts'
import type { Flow } from '../flow/flow.ts'
import { answer, failure } from './answer.ts'
import type { Beginning, Message, Piece } from './protocol.ts'

// A dedicated worker's own scope sends and receives as the page's end of it does.
const page = globalThis as unknown as Worker
const say = (message: Message): void => {
  page.postMessage(message)
}
let flow: Flow | undefined

page.addEventListener('message', ({ data }: MessageEvent<Beginning | Piece>) => {
  if ('source' in data) void open(data)
  else if (flow !== undefined) void answer(flow, data, say)
})

async function open({ source, options }: Beginning): Promise<void> {
  try {
    flow = await openFlow(source, options)
    say({ kind: 'ready' })
  } catch (error) {
    say(failure(error))
  }
}
