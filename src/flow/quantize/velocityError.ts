import type { Batch } from '../../types.ts'
import type { Flow, TellingOptions } from '../flow.ts'

const TIMES = [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]
const LEG = { solver: 'heun', steps: 8, error: false } as const

/** How far the velocity v~ of a flow is from another's v, relative: sqrt(sum |v - v~|^2 / sum |v|^2). */
export interface VelocityError {
  readonly times: readonly number[]
  /** At each of the times, over the ways. */
  readonly relative: readonly number[]
  /** Over the ways and all times together. */
  readonly overall: number
}

/** The error of `rounded` at the states of the ways of `float` from the noise of `seed`, in the units of the states. */
export function velocityError(
  float: Flow,
  rounded: Flow,
  { count, seed }: { readonly count: number; readonly seed: number }
): VelocityError {
  const told = toldInTurn(float, count)
  let x: Batch = float.source({ count, seed })
  const sums = TIMES.map((time, i) => {
    x = float.transport(x, { ...told, from: i === 0 ? 0 : TIMES[i - 1], to: time, ...LEG })
    const v = float.velocity(x, { ...told, time }).velocity.data
    const other = rounded.velocity(x, { ...told, time }).velocity.data
    return { error: squares(v.map((value, j) => value - other[j])), size: squares(v) }
  })
  const total = (of: 'error' | 'size'): number => sums.reduce((sum, part) => sum + part[of], 0)
  return {
    times: TIMES,
    relative: sums.map(({ error, size }) => Math.sqrt(error / size)),
    overall: Math.sqrt(total('error') / total('size'))
  }
}

/** Every label in turn, of a network that is told one; else nothing. */
function toldInTurn({ flowFile: { target } }: Flow, count: number): TellingOptions {
  const condition = target.kind === 'network' ? target.architecture.condition : undefined
  if (condition?.kind !== 'label') return {}
  return { label: Array.from({ length: count }, (_, i) => i % condition.classes) }
}

function squares(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}
