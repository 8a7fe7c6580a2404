import type { Activation, Architecture } from '../schema/architecture.ts'
import { forward } from './forward.ts'
import {
  GROUP_NORM_EPSILON,
  LAYER_NORM_EPSILON,
  RMS_NORM_EPSILON,
  type ConvOptions,
  type DenseOptions,
  type ImageSize,
  type Operations
} from './operations.ts'

/** What is known of a value f(t, x) of a network for all finite weights, from the operations that it is made by. */
export interface Traits {
  /** |f(t, x)| <= A + B |x|^order for all x and all t in [0, 1]. */
  readonly order: number
  /** Whether f does not depend on x, is Lipschitz in it on all of space, or on every bounded part alone. */
  readonly slope: 'none' | 'global' | 'local'
  /** Whether f depends on the time. */
  readonly timed: boolean
  /** Whether what the time makes multiplies what the state makes: a bound on the slope in x depends on the time then. */
  readonly modulated: boolean
  /** Whether a norm may divide by zero on the way to f, where f is not defined. */
  readonly divides: boolean
  /** Whether there is an attention on the way whose weights or values depend on x. */
  readonly attends: boolean
  /** Whether there is a product of two values on the way that both depend on x. */
  readonly multiplies: boolean
}

const FIXED: Traits = {
  order: 0,
  slope: 'none',
  timed: false,
  modulated: false,
  divides: false,
  attends: false,
  multiplies: false
}
const TIMED: Traits = { ...FIXED, timed: true }

/** All activations are Lipschitz; these are bounded too. */
const BOUNDED: ReadonlySet<Activation> = new Set<Activation>(['tanh', 'sigmoid', 'sine', 'cosine'])

/**
 * Runs an architecture on what is known of its values. All operations but norms that divide by zero are continuous, and so
 * what is made from the time alone is bounded on [0, 1].
 */
export class TraitsReader implements Operations<Traits> {
  state(): Traits {
    return { ...FIXED, order: 1, slope: 'global' }
  }
  time(): Traits {
    return TIMED
  }
  timeFeatures(_width: number): Traits {
    return TIMED
  }
  condition(_width: number): Traits {
    return FIXED
  }
  parameter(_name: string, _tokens: number, _width: number): Traits {
    return FIXED
  }
  dense(_name: string, inputs: readonly Traits[], _width: number, options: DenseOptions = {}): Traits {
    return this.activate(together(inputs), options.activation)
  }
  mixTokens(_name: string, x: Traits, _tokens: number, options: DenseOptions = {}): Traits {
    return this.activate(x, options.activation)
  }
  conv(_name: string, x: Traits, _image: ImageSize, _channels: number, options: ConvOptions = {}): Traits {
    return this.activate(x, options.activation)
  }
  activate(x: Traits, activation: Activation = 'identity'): Traits {
    return BOUNDED.has(activation) ? { ...x, order: 0 } : x
  }
  layerNorm(x: Traits, epsilon = LAYER_NORM_EPSILON): Traits {
    return normed(x, epsilon)
  }
  rmsNorm(x: Traits, epsilon = RMS_NORM_EPSILON): Traits {
    return normed(x, epsilon)
  }
  groupNorm(x: Traits, _groups: number, epsilon = GROUP_NORM_EPSILON): Traits {
    return normed(x, epsilon)
  }
  modulate(x: Traits, shift: Traits, scale: Traits): Traits {
    return together([x, this.multiply(x, scale), shift])
  }
  addGated(x: Traits, gate: Traits, y: Traits): Traits {
    return together([x, this.multiply(gate, y)])
  }
  add(x: Traits, y: Traits): Traits {
    return together([x, y])
  }
  multiply(x: Traits, y: Traits): Traits {
    const product = productOf(x, y)
    return { ...product, multiplies: product.multiplies || (x.slope !== 'none' && y.slope !== 'none') }
  }
  concat(inputs: readonly Traits[]): Traits {
    return together(inputs)
  }
  slice(x: Traits): Traits {
    return x
  }
  reshape(x: Traits): Traits {
    return x
  }
  transpose(x: Traits): Traits {
    return x
  }
  patches(x: Traits): Traits {
    return x
  }
  unpatch(x: Traits): Traits {
    return x
  }
  upsample(x: Traits): Traits {
    return x
  }
  /** Weights, which softmax makes of products of queries and keys, times values: convex combinations of these. */
  attention(q: Traits, k: Traits, v: Traits, _heads: number): Traits {
    const weights = { ...productOf(q, k), order: 0 }
    const out = productOf(weights, v)
    return { ...out, attends: out.attends || out.slope !== 'none' }
  }
}

/** Sums, and whatever else is linear in all of them. */
function together(values: readonly Traits[]): Traits {
  const some = (of: (value: Traits) => boolean): boolean => values.some(of)
  return {
    order: values.reduce((most, { order }) => Math.max(most, order), 0),
    slope: some(({ slope }) => slope === 'local')
      ? 'local'
      : some(({ slope }) => slope === 'global')
        ? 'global'
        : 'none',
    timed: some(({ timed }) => timed),
    modulated: some(({ modulated }) => modulated),
    divides: some(({ divides }) => divides),
    attends: some(({ attends }) => attends),
    multiplies: some(({ multiplies }) => multiplies)
  }
}

/** |fg| grows by the sum of the orders; it is Lipschitz where one factor is fixed in x, or both are bounded and Lipschitz. */
function productOf(x: Traits, y: Traits): Traits {
  const both = together([x, y])
  const [still, moving] = x.slope === 'none' ? [x, y] : [y, x]
  const one = still.slope === 'none'
  const bounded = x.order === 0 && y.order === 0
  return {
    ...both,
    order: x.order + y.order,
    slope: one || bounded ? both.slope : 'local',
    modulated: both.modulated || (still.timed && moving.slope !== 'none')
  }
}

/** Bounded by the root of how many numbers are averaged, and 1 / sqrt(epsilon) times as steep as x at most; epsilon has 32 bits. */
function normed(x: Traits, epsilon: number): Traits {
  return { ...x, order: 0, divides: x.divides || Math.fround(epsilon) === 0 }
}

/** What is known of a network's output N(t, x). */
export function traitsOf(architecture: Architecture): Traits {
  return forward(new TraitsReader(), architecture)
}
