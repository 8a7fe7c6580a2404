import type * as Tf from '@tensorflow/tfjs'
import { GaussflowError } from '../error.ts'
import type { Activation, ImageShape } from '../schema/architecture.ts'
import { LAYER_NORM_EPSILON, type DenseOptions, type Operations } from '../network/operations.ts'

type TensorFlow = typeof Tf
type Tensor = Tf.Tensor

/** What a network is evaluated on: states (B, dim) at times of their own, one per row. */
export interface Inputs {
  readonly state: Tensor
  /** Times, (B, 1). */
  readonly time: Tensor
  /** The time features of the given width, (B, width). */
  readonly features: (width: number) => Tensor
  /** What each row is told, (B, width); read by networks with a condition alone. */
  readonly condition: Tensor
  readonly parameters: ReadonlyMap<string, Tensor>
}

/**
 * Operations as a TensorFlow.js graph, differentiable once in the parameters and the state.
 * A value is a tensor (B, tokens, width); every row has its own time.
 *
 * The matrix products carry gradients of their own: TensorFlow.js' need transposed operands, for which its
 * WebAssembly backend falls back to a loop some ten times slower than a transposition and a plain product.
 */
export class TensorFlowOperations implements Operations<Tensor> {
  readonly #tf: TensorFlow
  readonly #inputs: Inputs
  readonly #rows: number

  constructor(tf: TensorFlow, inputs: Inputs) {
    this.#tf = tf
    this.#inputs = inputs
    this.#rows = inputs.state.shape[0]
  }

  state(): Tensor {
    return this.#inputs.state.reshape([this.#rows, 1, -1])
  }
  time(): Tensor {
    return this.#inputs.time.reshape([this.#rows, 1, 1])
  }
  timeFeatures(width: number): Tensor {
    return this.#inputs.features(width).reshape([this.#rows, 1, width])
  }
  condition(width: number): Tensor {
    return this.#inputs.condition.reshape([this.#rows, 1, width])
  }
  dense(
    name: string,
    inputs: readonly Tensor[],
    width: number,
    { activation = 'identity' }: DenseOptions = {}
  ): Tensor {
    const x = inputs.length === 1 ? inputs[0] : this.#tf.concat([...inputs], 2)
    const [rows, tokens, columns] = x.shape
    return this.activate(this.#affine(name, x.reshape([rows * tokens, columns])), activation).reshape([
      rows,
      tokens,
      width
    ])
  }
  mixTokens(name: string, x: Tensor, tokens: number, { activation = 'identity' }: DenseOptions = {}): Tensor {
    const [rows, before, width] = x.shape
    const across = this.#tf.transpose(x, [0, 2, 1]).reshape([rows * width, before])
    const mixed = this.activate(this.#affine(name, across), activation)
    return this.#tf.transpose(mixed.reshape([rows, width, tokens]), [0, 2, 1])
  }
  activate(x: Tensor, activation: Activation): Tensor {
    const tf = this.#tf
    switch (activation) {
      case 'identity':
        return x
      case 'silu':
        return silu(tf, x)
      case 'relu':
        return tf.relu(x)
      case 'tanh':
        return tf.tanh(x)
      case 'gelu': {
        const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x)))))
        return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)))
      }
      case 'gelu-erf':
        return tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, x))))
      case 'sigmoid':
        return tf.sigmoid(x)
      case 'softplus':
        return tf.softplus(x)
      case 'sine':
        return tf.sin(x)
      case 'cosine':
        return tf.cos(x)
    }
  }
  parameter(name: string, tokens: number, width: number): Tensor {
    return this.#parameter(name).reshape([1, tokens, width])
  }
  add(x: Tensor, y: Tensor, factor = 1): Tensor {
    return this.#tf.add(x, factor === 1 ? y : this.#tf.mul(factor, y))
  }
  layerNorm(x: Tensor): Tensor {
    return layerNorm(this.#tf, x)
  }
  modulate(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
    return this.#tf.add(this.#tf.mul(x, this.#tf.add(1, scale)), shift)
  }
  addGated(x: Tensor, gate: Tensor, y: Tensor): Tensor {
    return this.#tf.add(x, this.#tf.mul(gate, y))
  }
  rmsNorm(): Tensor {
    return notYet('rmsNorm')
  }
  groupNorm(): Tensor {
    return notYet('groupNorm')
  }
  multiply(): Tensor {
    return notYet('multiply')
  }
  concat(): Tensor {
    return notYet('concat')
  }
  reshape(): Tensor {
    return notYet('reshape')
  }
  transpose(): Tensor {
    return notYet('transpose')
  }
  conv(): Tensor {
    return notYet('conv')
  }
  upsample(): Tensor {
    return notYet('upsample')
  }
  attention(): Tensor {
    return notYet('attention')
  }
  slice(x: Tensor, from: number, width: number): Tensor {
    return this.#tf.slice(x, [0, 0, from], [this.#rows, 1, width])
  }
  patches(x: Tensor, [height, width, channels]: ImageShape, patch: number): Tensor {
    const cut = x.reshape([this.#rows, height / patch, patch, width / patch, patch * channels])
    return this.#tf.transpose(cut, [0, 1, 3, 2, 4]).reshape([this.#rows, -1, patch * patch * channels])
  }
  unpatch(x: Tensor, [height, width, channels]: ImageShape, patch: number): Tensor {
    const cut = x.reshape([this.#rows, height / patch, width / patch, patch, patch * channels])
    return this.#tf.transpose(cut, [0, 1, 3, 2, 4]).reshape([this.#rows, 1, height * width * channels])
  }

  #parameter(name: string): Tensor {
    const parameter = this.#inputs.parameters.get(name)
    if (parameter === undefined) throw new Error(`the network has no parameter ${name}`)
    return parameter
  }

  #affine(name: string, x: Tensor): Tensor {
    return affine(this.#tf, x, this.#parameter(`${name}.weight`), this.#parameter(`${name}.bias`))
  }
}

/** x W^T + b for x (R, K), W (N, K), b (N). */
export function affine(tf: TensorFlow, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const product = (a: Tensor, b: Tensor): Tensor => tf.matMul(a, b)
  const operation = tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as unknown as [Tensor, Tensor, Tensor, (saved: Tensor[]) => void]
    save([x, weight])
    const value = tf.fused.matMul({
      a: x,
      b: tf.transpose(weight),
      bias,
      activation: 'linear'
    })
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [x, weight] = saved
      const [outputs, inputs] = weight.shape
      // The transposition costs by the size of its operand, so the narrower of the two is turned.
      const dWeight =
        outputs <= inputs ? product(tf.transpose(dy), x) : tf.transpose(product(tf.transpose(x), dy))
      return [product(dy, weight), dWeight, product(tf.ones([1, dy.shape[0]]), dy).reshape([outputs])]
    }
    return { value, gradFunc }
  })
  return operation(x, weight, bias)
}

/** x s for s = 1 / (1 + exp(-x)); its derivative is s + y (1 - s). */
function silu(tf: TensorFlow, x: Tensor): Tensor {
  const operation = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [Tensor, (saved: Tensor[]) => void]
    const s = tf.sigmoid(x)
    const value = tf.mul(x, s)
    save([s, value])
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [s, y] = saved
        return tf.mul(dy, tf.add(s, tf.mul(y, tf.sub(1, s))))
      }
    }
  })
  return operation(x)
}

/**
 * n = (x - mean) r with r = 1 / sqrt(variance + epsilon) over the last axis;
 * its gradient is r (dy - mean(dy) - n mean(dy n)).
 */
function layerNorm(tf: TensorFlow, x: Tensor): Tensor {
  const operation = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [Tensor, (saved: Tensor[]) => void]
    const centred = tf.sub(x, tf.mean(x, -1, true))
    const r = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), LAYER_NORM_EPSILON))
    const value = tf.mul(centred, r)
    save([value, r])
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [n, r] = saved
        const along = tf.mul(n, tf.mean(tf.mul(dy, n), -1, true))
        return tf.mul(r, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along))
      }
    }
  })
  return operation(x)
}

function notYet(operation: string): never {
  throw new GaussflowError('unsupported', `the operation ${operation} does not run here yet`)
}
