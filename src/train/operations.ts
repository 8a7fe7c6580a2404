import type { Activation, ImageShape } from '../schema/architecture.ts'
import {
  GROUP_NORM_EPSILON,
  LAYER_NORM_EPSILON,
  RMS_NORM_EPSILON,
  type ConvOptions,
  type DenseOptions,
  type ImageSize,
  type Operations
} from '../network/operations.ts'
import { windowOf } from '../network/shape.ts'
import { convolve } from './convolution.ts'
import { affine, norm, silu } from './kernels.ts'
import type { TensorFlow, TfTensor as Tensor, TfTensor4D as Tensor4D } from './tensorflow.ts'

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
 * A value is a tensor (B, tokens, width), or (1, tokens, width) where it is a parameter; every row has its own time.
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
    const x = this.concat(inputs)
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
  layerNorm(x: Tensor, epsilon = LAYER_NORM_EPSILON): Tensor {
    return norm(this.#tf, x, epsilon)
  }
  rmsNorm(x: Tensor, epsilon = RMS_NORM_EPSILON): Tensor {
    return norm(this.#tf, x, epsilon, false)
  }
  groupNorm(x: Tensor, groups: number, epsilon = GROUP_NORM_EPSILON): Tensor {
    const [rows, tokens, width] = x.shape
    const apart = this.#tf.transpose(x.reshape([rows, tokens, groups, width / groups]), [0, 2, 1, 3])
    const normed = norm(this.#tf, apart.reshape([rows, groups, tokens * (width / groups)]), epsilon)
    const back = this.#tf.transpose(normed.reshape(apart.shape), [0, 2, 1, 3])
    return back.reshape([rows, tokens, width])
  }
  modulate(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
    return this.#tf.add(this.#tf.mul(x, this.#tf.add(1, scale)), shift)
  }
  addGated(x: Tensor, gate: Tensor, y: Tensor): Tensor {
    return this.#tf.add(x, this.#tf.mul(gate, y))
  }
  multiply(x: Tensor, y: Tensor): Tensor {
    return this.#tf.mul(x, y)
  }
  concat(inputs: readonly Tensor[]): Tensor {
    if (inputs.length === 1) return inputs[0]
    const rows = Math.max(...inputs.map(({ shape }) => shape[0]))
    return this.#tf.concat(
      inputs.map((x) => this.#repeat(x, rows)),
      2
    )
  }
  slice(x: Tensor, from: number, width: number): Tensor {
    return this.#tf.slice(x, [0, 0, from], [x.shape[0], x.shape[1] ?? 1, width])
  }
  reshape(x: Tensor, tokens: number, width: number): Tensor {
    return x.reshape([x.shape[0], tokens, width])
  }
  transpose(x: Tensor): Tensor {
    return this.#tf.transpose(x, [0, 2, 1])
  }
  conv(name: string, x: Tensor, image: ImageSize, channels: number, options: ConvOptions = {}): Tensor {
    const [rows, , width] = x.shape
    const pixels = x.reshape<Tensor4D>([rows, ...image, width])
    const [weight, bias] = [this.#parameter(`${name}.weight`), this.#parameter(`${name}.bias`)]
    const y = convolve(this.#tf, pixels, weight as Tensor4D, bias, windowOf(options))
    return this.activate(y.reshape([rows, -1, channels]), options.activation ?? 'identity')
  }
  upsample(x: Tensor, [height, width]: ImageSize, factor: number): Tensor {
    const tf = this.#tf
    const [rows, , channels] = x.shape
    const copies = (y: Tensor): Tensor => tf.concat(new Array<Tensor>(factor).fill(y), 1)
    const wide = copies(x.reshape([rows * height * width, channels]))
    return copies(wide.reshape([rows * height, width * factor * channels])).reshape([rows, -1, channels])
  }
  attention(q: Tensor, k: Tensor, v: Tensor, heads: number): Tensor {
    const tf = this.#tf
    const rows = Math.max(q.shape[0], k.shape[0], v.shape[0])
    const apart = (x: Tensor): Tensor => {
      const [, tokens, width] = x.shape
      const headwise = this.#repeat(x, rows).reshape([rows, tokens, heads, width / heads])
      return tf.transpose(headwise, [0, 2, 1, 3])
    }
    const size = (q.shape[2] ?? 1) / heads
    const logits = tf.matMul(tf.mul(apart(q), 1 / Math.sqrt(size)), apart(k), false, true)
    const all = tf.matMul(tf.softmax(logits), apart(v))
    return tf.transpose(all, [0, 2, 1, 3]).reshape([rows, q.shape[1] ?? 1, -1])
  }
  patches(x: Tensor, [height, width, channels]: ImageShape, patch: number): Tensor {
    const cut = x.reshape([x.shape[0], height / patch, patch, width / patch, patch * channels])
    return this.#tf.transpose(cut, [0, 1, 3, 2, 4]).reshape([x.shape[0], -1, patch * patch * channels])
  }
  unpatch(x: Tensor, [height, width, channels]: ImageShape, patch: number): Tensor {
    const cut = x.reshape([x.shape[0], height / patch, width / patch, patch, patch * channels])
    return this.#tf.transpose(cut, [0, 1, 3, 2, 4]).reshape([x.shape[0], 1, height * width * channels])
  }

  /** The same for each of so many rows: as a sum, whose gradient needs no loop over them. */
  #repeat(x: Tensor, rows: number): Tensor {
    return x.shape[0] === rows ? x : this.#tf.add(x, this.#tf.zeros([rows, 1, 1]))
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
