import { formatNpy } from '../../src/io/index.ts'
import {
  CERTIFYING,
  Refusal,
  type Backend,
  type Certifiable,
  type Certified,
  type Following,
  type Outcome,
  type Points,
  type Solving
} from './backend.ts'
import { npyRows } from './npyRows.ts'

const MODEL = 'digits'
const NPY = 'application/x-npy'

/** The flow of the worker that served this page, over HTTP. Points travel as .npy: the very bytes, and a third of JSON's length. */
export function remoteBackend(): Backend {
  return {
    sample: (drawing, following) => post('sample', { ...drawing, model: MODEL }, following),
    encode: (x, solving, following) => transport('encode', x, solving, following),
    decode: (z, solving, following) => transport('decode', z, solving, following),
    certify
  }
}

async function certify(model: Certifiable, { signal }: Following = {}): Promise<Certified> {
  const start = performance.now()
  const response = await reach('/v1/certify', {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...CERTIFYING }),
    signal
  })
  const { statements } = (await response.json()) as Pick<Certified, 'statements'>
  return { statements, time: performance.now() - start }
}

function transport(
  route: 'encode' | 'decode',
  points: Points,
  solving: Solving,
  following?: Following
): Promise<Outcome> {
  const { count, dim, data } = points
  return post(route, { ...solving, model: MODEL }, following, formatNpy({ shape: [count, dim], data }))
}

/** Fields go as the JSON body; beside a body of points they go in the query. */
async function post(
  route: string,
  fields: Record<string, string | number>,
  { signal, onRows }: Following = {},
  points?: Uint8Array<ArrayBuffer>
): Promise<Outcome> {
  const start = performance.now()
  const query =
    points === undefined
      ? ''
      : `?${new URLSearchParams(Object.entries(fields).map(([k, v]) => [k, String(v)])).toString()}`
  const response = await reach(`/v1/${route}${query}`, {
    method: 'POST',
    headers: { accept: NPY, 'content-type': points === undefined ? 'application/json' : NPY },
    body: points ?? JSON.stringify(fields),
    signal
  })
  const rows = await npyRows(response)
  const time = performance.now() - start
  onRows?.(0, rows)
  return { ...rows, nfe: Number(response.headers.get('gaussflow-nfe')), time }
}

/** The worker's answer, which is no refusal. @throws Refusal */
async function reach(url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new Refusal('The worker cannot be reached. See that it still runs, or switch to the browser.')
  }
  if (!response.ok) throw await refusal(response)
  return response
}

/** The worker explains itself in a problem document (RFC 9457). */
async function refusal(response: Response): Promise<Refusal> {
  const text = await response.text()
  try {
    const { detail, title, path } = JSON.parse(text) as { detail?: string; title?: string; path?: string }
    return new Refusal(detail ?? title ?? text, path)
  } catch {
    return new Refusal(
      `The worker answered ${response.status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`
    )
  }
}
