import { dimOf } from '../network/forward.ts'
import { parameters, type Parameter } from '../network/parameters.ts'
import type { Architecture } from '../schema/architecture.ts'
import type { Tensor } from '../types.ts'
import { STREAM, uniforms } from './draws.ts'
import type { TensorFlow, TfTensor } from './tensorflow.ts'

/** Where each parameter lies in one flat array of all weights. */
export interface Layout {
  readonly dim: number
  readonly parameters: readonly Parameter[]
  readonly offsets: readonly number[]
  readonly sizes: readonly number[]
  readonly total: number
}

export function layoutOf(architecture: Architecture): Layout {
  return layoutIn(dimOf(architecture), parameters(architecture))
}

/** The layout of parameters in the order given. */
export function layoutIn(dim: number, list: readonly Parameter[]): Layout {
  const sizes = list.map(({ shape }) => shape.reduce((product, n) => product * n, 1))
  const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, 0))
  return {
    dim,
    parameters: list,
    offsets,
    sizes,
    total: sizes.reduce((sum, n) => sum + n, 0)
  }
}

/** Uniform on +-1/sqrt(fan in), zero for biases, positions and the layers that ask for it. */
export function startWeights({ parameters, offsets, sizes, total }: Layout, seed: number): Float32Array {
  const weights = new Float32Array(total)
  parameters.forEach(({ fanIn }, i) => {
    if (fanIn === 0) return
    const bound = Math.sqrt(fanIn)
    const u = uniforms(seed, STREAM.start, 0, i, sizes[i])
    for (let j = 0; j < sizes[i]; j++) weights[offsets[i] + j] = (2 * u[j] - 1) / bound
  })
  return weights
}

/** The parameters by name, as copies of their parts of the flat array. */
export function namedTensors(
  { parameters, offsets, sizes }: Layout,
  flat: Float32Array
): Map<string, Tensor> {
  return new Map(
    parameters.map(({ name, shape }, i) => [
      name,
      { shape, data: flat.slice(offsets[i], offsets[i] + sizes[i]) }
    ])
  )
}

/** The inverse of `namedTensors`; the shapes were checked by whoever read the tensors. */
export function flatten(
  { parameters, offsets, total }: Layout,
  tensors: ReadonlyMap<string, Tensor>
): Float32Array {
  const flat = new Float32Array(total)
  parameters.forEach(({ name }, i) => flat.set(tensors.get(name)?.data ?? [], offsets[i]))
  return flat
}

/** The parameters as TensorFlow.js tensors; the caller disposes of them. */
export function upload(
  tf: TensorFlow,
  { parameters, offsets, sizes }: Layout,
  flat: Float32Array
): TfTensor[] {
  return parameters.map(({ shape }, i) =>
    tf.tensor(flat.slice(offsets[i], offsets[i] + sizes[i]), [...shape])
  )
}
