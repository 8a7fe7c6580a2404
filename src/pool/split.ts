import type { Batch } from '../types.ts'
import type { TellingOptions } from '../flow/asked.ts'
import { optionsOfRows } from '../flow/told.ts'
import type { Piece, PieceResult } from './protocol.ts'

/** Pieces for each thread: several, because adaptive solvers take longer over some rows than over others. */
const TURNS = 4
/** Rows that a piece has at least, where there are so many: less would not pay for the way there and back. */
const LEAST = 32

/** Where each of the pieces of `count` rows begins, and its end. */
export function spans(count: number, threads: number): (readonly [from: number, to: number])[] {
  const pieces = Math.max(1, Math.min(threads * TURNS, Math.floor(count / LEAST)))
  const edge = (i: number): number => Math.floor((count * i) / pieces)
  return Array.from({ length: pieces }, (_, i) => [edge(i), edge(i + 1)] as const)
}

/** The most rows that a pool takes whose threads hold pieces of at most so many, for a request of `count` rows that are too many. */
export function mostRows(most: number, count: number, threads: number): number {
  const shared = most * threads * TURNS
  return most >= LEAST && shared < count ? shared : most
}

/** Draws samples from..to of those that were asked for. */
export function drawPiece(
  options: TellingOptions & { readonly first: number; readonly count: number },
  from: number,
  to: number
): Piece {
  const own = optionsOfRows(options, options.count, { first: from, rows: to - from })
  return {
    method: 'sample',
    input: undefined,
    options: { ...own, first: options.first + from, count: to - from }
  }
}

/** Carries rows from..to of the batch; probes of a log-density go by a row's place in the whole. */
export function carryPiece(
  method: Piece['method'],
  { count, dim, data }: Batch,
  all: TellingOptions & { readonly first?: number },
  from: number,
  to: number
): Piece {
  const options = optionsOfRows(all, count, { first: from, rows: to - from })
  const input = { count: to - from, dim, data: data.slice(from * dim, to * dim) }
  if (method !== 'logProb') return { method, input, options }
  // Indices have 32 bits, and go on from the first.
  const { first = 0 } = options as { readonly first?: number }
  return { method, input, options: { ...options, first: (first + from) % 2 ** 32 } }
}

/** The pieces' results, in the order of their rows, as the one that a single thread would give. */
export function join(results: readonly PieceResult[]): PieceResult {
  const [first] = results
  const shared = {
    ...first,
    nfe: most(results.map(({ nfe }) => nfe)),
    ...('steps' in first && {
      steps: most(results.map((result) => ('steps' in result && result.steps) || 0))
    })
  }
  const lists = Object.fromEntries(
    LISTS.filter((name) => name in first).map((name) => [
      name,
      joined(results.map((result) => (result as Lists)[name] ?? []))
    ])
  )
  const count = results.reduce((sum, result) => sum + ('count' in result ? result.count : 0), 0)
  return { ...shared, ...('count' in first && { count }), ...lists }
}

/** The fields with something for each row. */
const LISTS = [
  'data',
  'status',
  'reached',
  'error',
  'rejected',
  'logProb',
  'standardError',
  'score',
  'pValue',
  'label'
] as const
type List = Float32Array | Float64Array | readonly (number | string)[]
type Lists = Partial<Record<(typeof LISTS)[number], List>> & Partial<PieceResult>

function joined(parts: readonly List[]): List {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const [first] = parts
  if (!(first instanceof Float32Array || first instanceof Float64Array))
    return parts.flatMap((part) => [...part])
  const whole = first instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
  let at = 0
  for (const part of parts as readonly (typeof first)[]) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))
