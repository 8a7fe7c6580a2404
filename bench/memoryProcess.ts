/** Opens the network in the rival named on the command line and samples; prints what memory that took. */
import { MLP, randomTensors } from './network.ts'
// Loaded before the first look: writing the ONNX file is no part of a runtime.
import '../src/export/onnxGraph.ts'
import { memoryUse, watchMemories } from './memoryUse.ts'
import type { Rival } from './rivals/rival.ts'

/** Bytes that the request took, and what it drew. */
export interface Taken {
  readonly resident: number
  readonly wasm: number
  readonly drawn: readonly number[]
}

const load: Readonly<Record<string, () => Promise<Rival>>> = {
  gaussflow: async () => (await import('./rivals/gaussflow.ts')).gaussflow('plain'),
  onnxruntime: async () => (await import('./rivals/onnxruntime.ts')).onnxruntime,
  tensorflow: async () => (await import('./rivals/tensorflow.ts')).tensorflow
}
const tensors = randomTensors(MLP)
const noise = Float32Array.from({ length: 256 * 64 }, (_, i) => 1.5 * Math.sin(1.7 * i))
watchMemories()

const before = await memoryUse()
const rival = await load[process.argv[2]]()
const sampler = await rival.prepare(MLP, tensors)()
await sampler.sample(noise.slice(0, 64), 1, 50)
const drawn = [...(await sampler.sample(noise, 256, 50))]
const after = await memoryUse()
await sampler.close() // held until here

const taken: Taken = { resident: after.resident - before.resident, wasm: after.wasm - before.wasm, drawn }
process.stdout.write(JSON.stringify(taken), () => process.exit())
