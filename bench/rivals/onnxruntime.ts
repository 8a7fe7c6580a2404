import * as ort from 'onnxruntime-web'
import { dimOf } from '../../src/network/forward.ts'
import { onnxFile } from '../../src/export/onnxGraph.ts'
import type { Rival } from './rival.ts'

ort.env.wasm.numThreads = 1

/** ONNX Runtime Web on WebAssembly: one session run per step, the update in JavaScript. */
export const onnxruntime: Rival = {
  name: 'onnxruntime-web',
  prepare(architecture, tensors) {
    const file = onnxFile(architecture, tensors)
    const dim = dimOf(architecture)
    return async () => {
      const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] })
      return {
        async sample(noise, count, steps) {
          const x = noise.slice()
          // A perceptron joins the time to every row; other networks read it once.
          const time = new Float32Array(architecture.kind === 'mlp' ? count : 1)
          const feeds = {
            x: new ort.Tensor('float32', x, [count, dim]),
            time: new ort.Tensor('float32', time, [time.length, 1])
          }
          for (let step = 0; step < steps; step++) {
            time.fill(step / steps)
            const { output } = await session.run(feeds)
            const velocity = output.data as Float32Array
            for (let i = 0; i < x.length; i++) x[i] += velocity[i] / steps
          }
          return x
        },
        close: () => session.release()
      }
    }
  }
}
