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

const ARITHMETIC = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Neg', 'Reciprocal', 'Identity', 'Cast']
/** What an activation is written with, and a norm. */
const IN_ACTIVATION = new Set([
  ...ARITHMETIC,
  ...['Exp', 'Log', 'Sin', 'Cos', 'Tanh', 'Sigmoid', 'Softplus', 'Erf']
])
const IN_NORM = new Set([
  ...ARITHMETIC,
  ...['Sqrt', 'ReduceMean', 'ReduceSum', 'ReduceSumSquare', 'ReduceL2']
])

const FEW = Float64Array.of(-2.2, 0.7, 3.1) // which tell most functions apart already
/** Every size that a 32-bit float has, beyond the smallest of full precision. */
const SIZES = Array.from({ length: 281 }, (_, i) => 10 ** (i / 4 - 40))
const MIDDLE = Array.from({ length: 801 }, (_, i) => (i - 400) * 0.05)
const POINTS = Float64Array.of(0, ...SIZES, ...SIZES.map((size) => -size), ...MIDDLE)
const OVERFLOW = 80 // beyond which an exponential leaves the 32-bit floats
const TOLERANCE = 1e-6 // of a function of the size 1: the constants in the file have 32 bits

const MOST_EPSILON = 0.1

function asActivation({ root, types, apply }: Cone): Recognised | undefined {
  if (![...types].every((type) => IN_ACTIVATION.has(type))) return undefined
  const like = (points: Float64Array, among: readonly Activation[]): Activation[] => {
    const values = apply(points)
    if (values.length !== points.length) return []
    return among.filter((activation) => {
      const f = FUNCTIONS[activation]
      return points.every((x, i) => {
        // What overflows where it is written out, as log(1 + exp(x)) does, says nothing there.
        if (Math.abs(x) > OVERFLOW && !Number.isFinite(values[i])) return true
        const y = f(x)
        return Math.abs(values[i] - y) <= TOLERANCE * (1 + Math.abs(y))
      })
    })
  }
  const some = like(FEW, ACTIVATIONS)
  const [activation] = some.length > 0 ? like(POINTS, some) : []
  return activation === undefined || activation === 'identity'
    ? undefined
    : { kind: 'activation', root, activation }
}

/** Vectors of very different sizes, and some that are nothing like noise. */
const TRIALS: readonly ((size: number) => Float64Array)[] = [
  ...[
    1, -1, 0.03, 1e-40, 1e-30, 1e-20, 1e-9, 1e-6, 1e-4, 0.3, 3, 10, 30, 100, 1e4, 1e6, 1e9, -1e20, 1e30
  ].map((scale) => (size: number) => wave(size, scale)),
  (size) => new Float64Array(size),
  (size) => wave(size, 1).map((value) => value + 30),
  (size) => wave(size, 1e-3).with(0, 50)
]

const wave = (size: number, scale: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => scale * (Math.sin(12.9898 * i + 1) + 0.4))

/** The vector, or what remains without its mean; and the mean of its squares. */
function centred(x: Float64Array, kind: 'layerNorm' | 'rmsNorm'): { c: Float64Array; m: number } {
  const mean = kind === 'rmsNorm' ? 0 : x.reduce((sum, value) => sum + value, 0) / x.length
  const c = x.map((value) => value - mean)
  return { c, m: c.reduce((sum, value) => sum + value * value, 0) / x.length }
}

/**
 * A norm is y = k c / sqrt(m + epsilon), with c the vector or what remains without its mean, and m the mean of c^2. Two vectors,
 * one of them small, give k and epsilon; others say whether it is one.
 */
function asNorm({ root, axes, types, apply }: Cone, { shapes }: Trace): Recognised | undefined {
  const shape = shapes.get(root)
  if (shape === undefined || axes === undefined || ![...types].every((type) => IN_NORM.has(type)))
    return undefined
  const size = product(axes.map((axis) => shape[axis]))
  if (size < 2 || size > 65536) return undefined
  for (const kind of ['layerNorm', 'rmsNorm'] as const) {
    const [large, small] = [1e3, 1e-12].map((scale) => {
      const x = wave(size, scale)
      const { c, m } = centred(x, kind)
      // 1 / ratio^2 = (m + epsilon) / k^2
      const ratio = apply(x).reduce((sum, value, i) => sum + value * c[i], 0) / (m * size)
      return { m, inverse: 1 / ratio ** 2, sign: Math.sign(ratio) }
    })
    const square = (large.m - small.m) / (large.inverse - small.inverse)
    const epsilon = Math.max(0, small.inverse * square - small.m)
    const factor = large.sign * Math.sqrt(square)
    // With an epsilon beyond all variances, anything linear would be one.
    if (!(epsilon <= MOST_EPSILON)) continue
    const holds = TRIALS.every((trial) => {
      const x = trial(size)
      const { c, m } = centred(x, kind)
      const y = apply(x)
      // Without an epsilon, 0 / 0 is what is written of a vector of zeros.
      if (m === 0 && epsilon < 1e-20) return true
      return (
        y.length === size &&
        y.every((value, i) => {
          const wanted = (factor * c[i]) / Math.sqrt(m + epsilon)
          return Math.abs(value - wanted) <= TOLERANCE * 10 * (Math.abs(factor) + Math.abs(wanted))
        })
      )
    })
    if (!holds) continue
    return { kind, root, axes, epsilon: rounded(epsilon), factor: Math.abs(factor - 1) < 1e-9 ? 1 : factor }
  }
  return undefined
}

/** To six digits: what is known of it, and how it was meant. */
const rounded = (x: number): number => (x < 1e-20 ? 1e-20 : Number(x.toPrecision(6)))
