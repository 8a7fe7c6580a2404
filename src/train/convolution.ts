import type { TensorFlow, TfTensor as Tensor, TfTensor4D as Tensor4D } from './tensorflow.ts'

interface Window {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
}

/**
 * The convolution of images x (B, H, W, C), channels last, with W (N, k, k, C) and b (N), zeros around them.
 *
 * TensorFlow.js' WebAssembly backend has no gradient in the filter, and one in the image that is a plain loop. Here the first
 * is a matrix product for each place of the window, and the second a convolution with the filter turned about.
 */
export function convolve(
  tf: TensorFlow,
  x: Tensor4D,
  weight: Tensor4D,
  bias: Tensor,
  window: Window
): Tensor {
  const operation = tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as unknown as [Tensor4D, Tensor4D, Tensor, (saved: Tensor[]) => void]
    save([x, weight])
    const filter = tf.transpose(weight, [1, 2, 3, 0])
    const { stride, padding } = window
    const value = tf.add(tf.conv2d(x, filter, stride, around(padding, padding)), bias)
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [x, weight] = saved as [Tensor4D, Tensor4D]
      const channels = dy.shape[3] ?? 1
      const flat = dy.reshape([-1, channels])
      return [
        gradientInImage(tf, dy as Tensor4D, weight, x.shape, window),
        gradientInFilter(tf, flat, x, dy.shape, window),
        tf.matMul(tf.ones([1, flat.shape[0]]), flat).reshape([channels])
      ]
    }
    return { value, gradFunc }
  })
  return operation(x, weight, bias)
}

type Around = [[number, number], [number, number], [number, number], [number, number]]

const around = (before: number, after: number, below = after): Around => [
  [0, 0],
  [before, below],
  [before, after],
  [0, 0]
]

/** dW (N, k, k, C): for each place of the window, dy^T times what lay there. */
function gradientInFilter(
  tf: TensorFlow,
  dy: Tensor,
  x: Tensor4D,
  [rows, height, width]: readonly number[],
  { kernel, stride, padding }: Window
): Tensor {
  const turned = tf.transpose(dy)
  const channels = x.shape[3]
  const padded = tf.pad(x, around(padding, padding))
  const parts: Tensor[] = []
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const end = [rows, i + stride * (height - 1) + 1, j + stride * (width - 1) + 1, channels]
      const seen = tf.stridedSlice(padded, [0, i, j, 0], end, [1, stride, stride, 1])
      parts.push(tf.matMul(turned, seen.reshape([rows * height * width, channels])))
    }
  }
  return tf.concat(parts, 1).reshape([-1, kernel, kernel, channels])
}

/** dx: dy, its pixels `stride` apart with zeros between them, convolved with the filter turned about. */
function gradientInImage(
  tf: TensorFlow,
  dy: Tensor4D,
  weight: Tensor4D,
  [, height, width]: readonly number[],
  { kernel, stride, padding }: Window
): Tensor {
  const spread = apart(tf, dy, stride)
  const filter = tf.transpose<Tensor4D>(tf.reverse(weight, [1, 2]), [1, 2, 0, 3])
  const before = kernel - 1 - padding
  // What is left of the image behind the last window, and the zeros that `apart` has put there already.
  const after = (size: number, there: number): number => size - 1 + kernel - before - there
  const [below, right] = [after(height, spread.shape[1]), after(width, spread.shape[2])]
  const cut = crop(tf, spread, before, below, right)
  return tf.conv2d(cut, filter, 1, around(Math.max(before, 0), Math.max(right, 0), Math.max(below, 0)))
}

/** Without what a negative padding takes away. */
function crop(tf: TensorFlow, x: Tensor4D, before: number, below: number, right: number): Tensor4D {
  const [rows, height, width, channels] = x.shape
  const first = Math.max(-before, 0)
  const size = (all: number, after: number): number => all - first - Math.max(-after, 0)
  if (first === 0 && below >= 0 && right >= 0) return x
  return tf.slice(x, [0, first, first, 0], [rows, size(height, below), size(width, right), channels])
}

/** The pixels of an image `stride` apart in both directions, zeros between and after them. */
function apart(tf: TensorFlow, x: Tensor4D, stride: number): Tensor4D {
  if (stride === 1) return x
  const [rows, height, width, channels] = x.shape
  const widened = (flat: Tensor): Tensor =>
    tf.concat([flat, tf.zeros([flat.shape[0], (stride - 1) * (flat.shape[1] ?? 1)])], 1)
  const across = widened(x.reshape([rows * height * width, channels]))
  return widened(across.reshape([rows * height, width * stride * channels])).reshape([
    rows,
    height * stride,
    width * stride,
    channels
  ])
}
