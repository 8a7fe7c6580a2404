import type { TensorFlow, TfTensor as Tensor } from './tensorflow.ts'

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
export function silu(tf: TensorFlow, x: Tensor): Tensor {
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
 * n = (x - mean) r with r = 1 / sqrt(variance + epsilon) over the last axis; its gradient is
 * r (dy - mean(dy) - n mean(dy n)). Without `centred` both means of one value are 0.
 */
export function norm(tf: TensorFlow, x: Tensor, epsilon: number, centred = true): Tensor {
  const about = (value: Tensor): Tensor => (centred ? tf.sub(value, tf.mean(value, -1, true)) : value)
  const operation = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [Tensor, (saved: Tensor[]) => void]
    const rest = about(x)
    const r = tf.rsqrt(tf.add(tf.mean(tf.square(rest), -1, true), epsilon))
    const value = tf.mul(rest, r)
    save([value, r])
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [n, r] = saved
        const along = tf.mul(n, tf.mean(tf.mul(dy, n), -1, true))
        return tf.mul(r, tf.sub(about(dy), along))
      }
    }
  })
  return operation(x)
}
