import { ACTIVATIONS, type Activation } from '../schema/architecture.ts'
import { product } from './constant.ts'
import { conesOf, erf, type Cone } from './cone.ts'
import type { Trace } from './trace.ts'

/** What several nodes compute together. */
export type Recognised =
  | { readonly kind: 'activation'; readonly root: string; readonly activation: Activation }
  | {
      readonly kind: 'layerNorm' | 'rmsNorm'
      readonly root: string
      readonly axes: readonly number[]
      readonly epsilon: number
      /** The norm comes times this factor. */
      readonly factor: number
    }

/** Recognises the last of several nodes by what they compute; undefined where they are no activation and no norm. */
export function recognise(
  name: string,
  trace: Trace,
  order: ReadonlyMap<string, number>
): Recognised | undefined {
  // What passes a value on is no end of anything.
  if (PASSING.has(trace.producers.get(name)?.type ?? '')) return undefined
  let norm: Recognised | undefined
  for (const cone of conesOf(name, trace, order)) {
    if (cone.axes === undefined) {
      const activation = asActivation(cone)
      if (activation !== undefined) return activation
      continue
    }
    // A norm without the mean may be the end of one that takes it off first.
    const found = asNorm(cone, trace)
    if (found?.kind === 'layerNorm') return found
    norm ??= found
  }
  return norm
}

const PASSING = new Set(['Identity', 'Cast', 'Dropout'])

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

const FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  identity: (x) => x,
  silu: (x) => x * logistic(x),
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  gelu: (x) => x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)),
  'gelu-erf': (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  sigmoid: logistic,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sine: Math.sin,
  cosine: Math.cos
}

const FEW = Float64Array.of(-2.2, 0.7, 3.1) // which tell most functions apart already
const POINTS = Float64Array.from({ length: 61 }, (_, i) => (i - 30) * 0.21)
const TOLERANCE = 1e-6 // of a function of the size 1: the constants in the file have 32 bits

const MOST_EPSILON = 0.1

function asActivation({ root, apply }: Cone): Recognised | undefined {
  const like = (points: Float64Array, among: readonly Activation[]): Activation[] => {
    const values = apply(points)
    if (values.length !== points.length) return []
    return among.filter((activation) => {
      const f = FUNCTIONS[activation]
      return points.every((x, i) => Math.abs(values[i] - f(x)) <= TOLERANCE * (1 + Math.abs(x)))
    })
  }
  const some = like(FEW, ACTIVATIONS)
  const [activation] = some.length > 0 ? like(POINTS, some) : []
  return activation === undefined || activation === 'identity'
    ? undefined
    : { kind: 'activation', root, activation }
}

/**
 * A norm is y = k c / sqrt(m + epsilon), with c the vector or what remains without its mean, and m the mean of c^2. Two vectors,
 * one of them small, give k and epsilon; others say whether it is one.
 */
function asNorm({ root, axes, apply }: Cone, { shapes }: Trace): Recognised | undefined {
  const shape = shapes.get(root)
  if (shape === undefined || axes === undefined) return undefined
  const size = product(axes.map((axis) => shape[axis]))
  if (size < 2 || size > 65536) return undefined
  for (const kind of ['layerNorm', 'rmsNorm'] as const) {
    const [large, small, other] = [1, 1e-3, 0.03].map((scale) => {
      const x = Float64Array.from({ length: size }, (_, i) => scale * (Math.sin(12.9898 * i + 1) + 0.4))
      const mean = kind === 'rmsNorm' ? 0 : x.reduce((sum, value) => sum + value, 0) / size
      const c = x.map((value) => value - mean)
      const m = c.reduce((sum, value) => sum + value * value, 0) / size
      const y = apply(x)
      // 1 / ratio^2 = (m + epsilon) / k^2
      const ratio = y.reduce((sum, value, i) => sum + value * c[i], 0) / (m * size)
      return { c, m, y, inverse: 1 / ratio ** 2, sign: Math.sign(ratio) }
    })
    if (large.y.length !== size) return undefined
    const square = (large.m - small.m) / (large.inverse - small.inverse)
    const epsilon = Math.max(0, small.inverse * square - small.m)
    const factor = large.sign * Math.sqrt(square)
    const holds = [large, small, other].every(({ c, m, y }) =>
      y.every(
        (value, i) =>
          Math.abs(value - (factor * c[i]) / Math.sqrt(m + epsilon)) <= TOLERANCE * Math.abs(factor) * 10
      )
    )
    // With an epsilon beyond all variances, anything linear would be one.
    if (!holds || !(epsilon <= MOST_EPSILON)) continue
    return { kind, root, axes, epsilon: rounded(epsilon), factor: Math.abs(factor - 1) < 1e-9 ? 1 : factor }
  }
  return undefined
}

/** To six digits: what is known of it, and how it was meant. */
const rounded = (x: number): number => (x < 1e-20 ? 1e-20 : Number(x.toPrecision(6)))
