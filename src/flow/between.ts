import { GaussflowError } from '../error.ts'
import { slerp } from './latent.ts'
import { refuse } from './request.ts'
import { goOn, travel, type Journey, type Leg } from './way.ts'

/**
 * From every x to its y along a great circle of their latents, at so many places each; the rows of a pair follow one another.
 *
 * @param legs the way of x to latents, that of y, and that of all between back to data
 */
export function interpolate(
  [toX, toY, back]: readonly [Leg, Leg, Leg],
  [x, y]: readonly [Float32Array, Float32Array],
  places: readonly number[],
  error: boolean
): Journey {
  const { core, dim } = back.engine
  return travel(
    [toX, toY, back],
    (carrier) => {
      const ends = [carrier(0, x), carrier(1, y)]
      const rows = new Float32Array(back.count * dim)
      for (let i = 0; i < toX.count; i++) {
        const [from, to] = ends.map(({ data }) => data.subarray(i * dim, (i + 1) * dim))
        rows.set(slerp(core, from, to, places), i * places.length * dim)
      }
      return goOn(ends, carrier(2, rows), (row) => Math.floor(row / places.length))
    },
    error
  )
}

/** There by one flow and back by another: `legs` are the ways to latents and to data. */
export function translate(legs: readonly [Leg, Leg], x: Float32Array, error: boolean): Journey {
  return travel(
    legs,
    (carrier) => {
      const latents = carrier(0, x)
      return goOn([latents], carrier(1, latents.data), (row) => row)
    },
    error
  )
}

/** The two ends of every way, row by row: as many on one side as on the other. */
export function expectPairs(x: { readonly count: number }, y: { readonly count: number }): void {
  if (x.count === y.count) return
  const message = `\`other\` must have as many rows as \`input\`, ${x.count}, got ${y.count}`
  throw new GaussflowError('shape_mismatch', message, { path: 'other' })
}

/** Two flows that share their latents. */
export function expectSameDim(flow: { readonly dim: number }, other: { readonly dim: number }): void {
  if (other.dim === flow.dim) return
  const message = `\`other\` must be a flow of the same dimension, ${flow.dim}, got ${other.dim}`
  throw new GaussflowError('shape_mismatch', message, { path: 'other' })
}

/** Times of a grid run one way, and these requests go there and back. */
export function expectNoTimes({ times }: { readonly times?: unknown }): void {
  if (times !== undefined) refuse('times', 'be left out for a way there and back; say `steps` and `grid`')
}
