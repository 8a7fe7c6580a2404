import { GaussflowError } from '../error.ts'
import { toBatch } from '../io/batch.ts'
import { InterpolateOptionsSchema } from '../schema/request.ts'
import type { Flow, InterpolateOptions, Points, TransportOptions, TransportResult } from './flow.ts'
import { expectPairs, placesOf, slerp, type CircleMath } from './latent.ts'
import { checkOptions } from './request.ts'

/** From every x to its y along a great circle of their latents; the rows of a pair follow one another. */
export function interpolate(
  flow: Flow,
  math: CircleMath,
  x: Points,
  y: Points,
  options: InterpolateOptions
): TransportResult {
  const { weights, ...solving } = checkOptions(InterpolateOptionsSchema, options)
  const [one, other] = [toBatch(x, 'input', flow.dim), toBatch(y, 'other', flow.dim)]
  expectPairs(one, other)
  const places = placesOf(weights)
  const from = flow.encode(one, { ...solving, error: false })
  const to = flow.encode(other, { ...solving, error: false })
  const rows = new Float32Array(one.count * places.length * flow.dim)
  for (let i = 0; i < one.count; i++) {
    const row = ({ data }: { data: ArrayLike<number> }): number[] =>
      Array.from({ length: flow.dim }, (_, j) => data[i * flow.dim + j])
    rows.set(slerp(math, row(from), row(to), places), i * places.length * flow.dim)
  }
  const result = flow.decode({ count: one.count * places.length, dim: flow.dim, data: rows }, solving)
  return { ...result, nfe: result.nfe + from.nfe + to.nfe }
}

/** Encodes with one flow and decodes with the other, whose law the answer has. */
export function translate(flow: Flow, other: Flow, x: Points, options: TransportOptions): TransportResult {
  if (other.dim !== flow.dim) {
    const message = `\`other\` must be a flow of the same dimension, ${flow.dim}, got ${other.dim}`
    throw new GaussflowError('shape_mismatch', message, { path: 'other' })
  }
  const latents = flow.encode(x, options)
  const result = other.decode(latents, options)
  return { ...result, nfe: result.nfe + latents.nfe }
}
