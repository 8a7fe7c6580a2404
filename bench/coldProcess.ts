/** One cold start of the rival named on the command line; prints how long its phases took. */
import type { Phases } from './coldStart.ts'
import { MLP, randomTensors } from './network.ts'
// Loaded ahead of the clock: writing the ONNX file is no part of a start.
import '../src/export/onnxGraph.ts'
import type { Rival } from './rivals/rival.ts'

const load: Readonly<Record<string, () => Promise<Rival>>> = {
  gaussflow: async () => (await import('./rivals/gaussflow.ts')).gaussflow('plain'),
  onnxruntime: async () => (await import('./rivals/onnxruntime.ts')).onnxruntime,
  tensorflow: async () => (await import('./rivals/tensorflow.ts')).tensorflow
}
const tensors = randomTensors(MLP)
const noise = new Float32Array(64).fill(0.5)

const beforeLoad = performance.now()
const rival = await load[process.argv[2]]()
const afterLoad = performance.now()
const open = rival.prepare(MLP, tensors)
const beforeOpen = performance.now()
const sampler = await open()
const afterOpen = performance.now()
await sampler.sample(noise, 1, 50)
const end = performance.now()

const phases: Phases = { load: afterLoad - beforeLoad, open: afterOpen - beforeOpen, sample: end - afterOpen }
process.stdout.write(JSON.stringify(phases))
process.exit()
