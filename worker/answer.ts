import type { Context } from 'hono'
import { pictureOf } from '../src/io/picture.ts'
import { formatNpy } from '../src/io/npy.ts'
import type { ImageShape } from '../src/schema/architecture.ts'
import type { SampleResult } from '../src/flow/flow.ts'
import type { Batch, RowStatus } from '../src/types.ts'
import { negotiate } from './accept.ts'
import { writePng } from './png.ts'
import { HttpError } from './problem.ts'

const FORMS = { json: 'application/json', npy: 'application/x-npy', png: 'image/png' } as const
export type Form = keyof typeof FORMS

/** What a route says of its rows besides the rows. */
export interface Facts {
  /** The bundled model's name; null for an inline flow file. */
  readonly model: string | null
  readonly nfe: number
  readonly status?: readonly RowStatus[]
  readonly solver?: string
  readonly method?: string
  readonly steps?: number
  readonly seed?: number
  readonly first?: number
  readonly time?: number
  readonly reached?: Float64Array
  readonly rejected?: readonly number[]
  readonly error?: Float64Array
  readonly logProb?: Float64Array
  readonly divergence?: Float64Array
  readonly standardError?: Float64Array
}

/** What a transport says of itself. */
export function factsOf(result: SampleResult): Omit<Facts, 'model'> {
  const { count: _, dim: __, data: ___, ...facts } = result
  return facts
}

/** The facts that travel as headers beside an answer that is not JSON. */
const HEADERS = ['nfe', 'solver', 'steps', 'seed', 'first', 'time'] as const
export const EXPOSED_HEADERS = [...HEADERS, 'status', 'diverged'].map((name) => `gaussflow-${name}`)

/** The form to answer in. @throws HttpError `not_acceptable` */
export function formFor(c: Context, forms: readonly Form[]): Form {
  const header = c.req.header('accept')
  const type = negotiate(
    header,
    forms.map((form) => FORMS[form])
  )
  const form = forms.find((form) => FORMS[form] === type)
  if (form !== undefined) return form
  const known = forms.map((form) => FORMS[form]).join(', ')
  throw new HttpError('not_acceptable', `\`accept\` must allow one of ${known}, got ${String(header)}`, {
    path: 'accept'
  })
}

/** The rows in the form that was agreed on; `image` is their shape where they are images. */
export async function answer(
  c: Context,
  form: Form,
  rows: Batch,
  facts: Facts,
  image?: ImageShape
): Promise<Response> {
  if (form === 'json') return c.body(jsonStream(rows, facts), 200, { 'content-type': FORMS.json })
  const bytes =
    form === 'png' && image !== undefined
      ? await writePng(pictureOf(rows, image))
      : formatNpy({ shape: [rows.count, rows.dim], data: rows.data })
  return c.body(bytes, 200, { 'content-type': FORMS[form], ...headersOf(facts) })
}

function headersOf(facts: Facts): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of HEADERS)
    if (facts[name] !== undefined) headers[`gaussflow-${name}`] = String(facts[name])
  if (facts.status === undefined) return headers
  const diverged = facts.status.filter((status) => status === 'diverged').length
  headers['gaussflow-status'] = facts.status.find((status) => status !== 'ok') ?? 'ok'
  headers['gaussflow-diverged'] = String(diverged)
  return headers
}

const CHUNK = 2 ** 16

/** Typed arrays as lists; what is not finite becomes null. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? [...value] : value
}

/** The answer as JSON, a few rows at a time, so that its text never lies whole in memory. Numbers that are not finite become null. */
function jsonStream(rows: Batch, facts: Facts): ReadableStream<Uint8Array> {
  const chunks = jsonChunks(rows, facts)
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull(controller) {
      let text = ''
      while (text.length < CHUNK) {
        const { done, value } = chunks.next()
        if (done === true) {
          controller.enqueue(encoder.encode(text))
          controller.close()
          return
        }
        text += value
      }
      controller.enqueue(encoder.encode(text))
    }
  })
}

function* jsonChunks({ count, dim, data }: Batch, { model, ...rest }: Facts): Generator<string, void> {
  yield `{"model":${JSON.stringify(model)},"shape":[${count},${dim}],"data":[`
  for (let i = 0; i < count; i++)
    yield `${i > 0 ? ',' : ''}${JSON.stringify(Array.from(data.subarray(i * dim, (i + 1) * dim)))}`
  yield `],${JSON.stringify(rest, plain).slice(1)}`
}
