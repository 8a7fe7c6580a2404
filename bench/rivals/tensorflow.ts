import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs'
import type { MlpArchitecture } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import type { Rival } from './rival.ts'

/** TensorFlow.js on WebAssembly: tensors stay in its memory for the whole trajectory, bias and product fused. */
export const tensorflow: Rival = {
  name: 'tfjs-backend-wasm',
  prepare(architecture, tensors) {
    if (architecture.kind !== 'mlp') throw new Error('this rival runs perceptrons only')
    return async () => {
      await tf.setBackend('wasm')
      const layers = uploadLayers(architecture, tensors)
      const velocity = (x: tf.Tensor2D, t: number): tf.Tensor2D => {
        let h: tf.Tensor2D = tf.concat2d([x, tf.fill([x.shape[0], 1], t)], 1)
        layers.forEach(([b, bias], i) => {
          h = tf.fused.matMul({ a: h, b, bias }) as tf.Tensor2D
          if (i + 1 < layers.length) h = h.mul(h.sigmoid())
        })
        return h
      }
      return {
        async sample(noise, count, steps) {
          let x = tf.tensor2d(noise, [count, architecture.dim])
          for (let step = 0; step < steps; step++) {
            const next = tf.tidy(() => x.add<tf.Tensor2D>(velocity(x, step / steps).mul(1 / steps)))
            x.dispose()
            x = next
          }
          const result = await x.data<'float32'>()
          x.dispose()
          return result
        },
        close: () => tf.dispose(layers)
      }
    }
  }
}

/** The weights, transposed beforehand to the (in, out) that its kernel reads fastest, and the biases. */
function uploadLayers({ hidden }: MlpArchitecture, tensors: Tensors): [tf.Tensor2D, tf.Tensor1D][] {
  return Array.from({ length: hidden.length + 1 }, (_, i) => {
    const [weight, bias] = [tensors.get(`layers.${i}.weight`)!, tensors.get(`layers.${i}.bias`)!]
    const [outputs, inputs] = weight.shape
    return [
      tf.tidy(() => tf.tensor2d(weight.data, [outputs, inputs]).transpose<tf.Tensor2D>()),
      tf.tensor1d(bias.data)
    ]
  })
}
