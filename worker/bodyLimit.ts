import type { MiddlewareHandler } from 'hono'
import { MAX_BODY } from './limit.ts'
import { HttpError } from './problem.ts'

/** How much of a body that is too large is read to its end: many clients hear no answer while they still send. */
const MAX_DISCARDED = 8 * MAX_BODY

/** Refuses bodies of more than `MAX_BODY` bytes, by their stated length or, where they state none, by what arrives. */
export const limitBody: MiddlewareHandler = async (c, next) => {
  const { body, headers } = c.req.raw
  const length = headers.has('transfer-encoding') ? null : headers.get('content-length')
  if (Number(length) > MAX_BODY) throw tooLarge()
  if (body !== null && length === null) c.req.raw = new Request(c.req.raw, { body: await readWithin(body) })
  await next()
}

async function readWithin(body: ReadableStream<Uint8Array>): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const reader = body.getReader()
  let size = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.length
    if (size <= MAX_BODY) chunks.push(chunk.value as Uint8Array<ArrayBuffer>)
    else chunks.length = 0
    if (size > MAX_DISCARDED) break
  }
  if (size <= MAX_BODY) return new Blob(chunks)
  await reader.cancel()
  throw tooLarge()
}

function tooLarge(): HttpError {
  return new HttpError('body_too_large', `the body must be at most ${MAX_BODY} bytes; send the rows in parts`)
}
