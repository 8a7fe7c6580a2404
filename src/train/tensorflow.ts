import type * as Tf from '@tensorflow/tfjs'
import { GaussflowError } from '../error.ts'

export type TensorFlow = typeof Tf
export type TfTensor = Tf.Tensor
export type TfTensor4D = Tf.Tensor4D

/**
 * TensorFlow.js on its WebAssembly backend. It is an optional peer, loaded only when something is trained.
 *
 * @throws GaussflowError `unsupported` when it is not installed or its backend does not start.
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  try {
    const tf = await import('@tensorflow/tfjs')
    await import('@tensorflow/tfjs-backend-wasm')
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend did not start')
    return tf
  } catch (cause) {
    throw new GaussflowError(
      'unsupported',
      'training needs TensorFlow.js, which could not be loaded; run `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`',
      { cause }
    )
  }
}
