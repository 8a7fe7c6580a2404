import { coefficientsAt, type Engine } from '../engine.ts'
import { evaluate } from '../evaluate.ts'
import { firstTime } from '../firstTime.ts'
import { rowsOfCopy, spansOf } from '../parts.ts'
import { normalsOf } from '../streams.ts'
import { ofRows } from '../told.ts'

/** How data are denoised. */
export interface Denoising {
  readonly times: readonly number[]
  readonly draws: number
  readonly seed: number
}

const STREAM = 6 // of the noise; streams below are those of samples and imputations
const ROWS = 256 // at a time, at most: between two of these parts somebody may want to stop

/**
 * The error of one step back to the data, the mean over times, draws of noise and coordinates of
 *
 *     (E[X_1 | X_t = x_t] - x)^2,   x_t = a x_noise + b x,
 *
 * in units of the states, f64 (count). The noise of a draw is the same for every row, so that no row's score depends on its
 * place, and rows differ by what they are alone; each second draw is the one before it with the other sign.
 */
export async function denoisingErrors(
  engine: Engine,
  states: Float32Array,
  { times, draws, seed }: Denoising,
  turn: () => Promise<void>
): Promise<Float64Array> {
  const { dim } = engine
  const count = states.length / dim
  const errors = new Float64Array(count)
  const noises = Array.from({ length: draws }, (_, draw) => noiseOf(engine, seed, draw))
  for (const span of spansOf(count, Math.min(ROWS, rowsOfCopy(engine)))) {
    const own = ofRows(engine, span)
    const data = states.subarray(span.first * dim, (span.first + span.rows) * dim)
    for (const time of times) {
      const { a, b } = coefficientsAt(engine, time)
      for (const noise of noises) {
        const noisy = data.map((value, at) => a * noise[at % dim] + b * value)
        const denoised = evaluate(own, 'denoiser', noisy, span.rows, time)
        for (let i = 0; i < span.rows; i++) {
          let sum = 0
          for (let at = i * dim; at < (i + 1) * dim; at++) sum += (denoised[at] - data[at]) ** 2
          errors[span.first + i] += sum / (dim * times.length * draws)
        }
        await turn()
      }
    }
  }
  return errors
}

function noiseOf({ core, dim }: Engine, seed: number, draw: number): Float32Array {
  const normals = normalsOf(core, seed, STREAM, draw >> 1, 1, dim)
  return draw % 2 === 0 ? normals : normals.map((value) => -value)
}

/** The time at which data and noise are as large, a = b, by bisection: the ratio b / a grows. */
export function middleTime(engine: Engine): number {
  return firstTime(0, (time) => {
    const { a, b } = coefficientsAt(engine, time)
    return b >= a
  })
}
