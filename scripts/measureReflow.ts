/**
 * Reflow of a ring of eight clusters, as docs/training.md reports it: `node scripts/measureReflow.ts [--seeds 1]`. About five
 * minutes a seed on one core. Prints rows of the table, and the machine.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { formatSafetensors } from '../src/io/index.ts'
import { normals, STREAM } from '../src/train/draws.ts'
import { reflow, train, trainedFlow } from '../src/train/index.ts'
import type { ReflowResult, TrainOptions, TrainResult } from '../src/train/index.ts'

const { values: flags } = parseArgs({ options: { seeds: { type: 'string', default: '1' } } })
const SETTINGS = { steps: 4000, batch: 256, learningRate: 2e-3, ema: 0.998 }
const COUNT = 20_000

console.log(`${cpus()[0].model.trim()}, Node ${process.version}; ${JSON.stringify(SETTINGS)}`)
console.log('| seed | stage | straightness | Euler-1 error | seconds |\n| --- | --- | --- | --- | --- |')
for (let seed = 1; seed <= Number(flags.seeds); seed++) {
  const architecture: TrainOptions['architecture'] = {
    kind: 'mlp',
    dim: 2,
    hidden: [128, 128, 128],
    activation: 'silu'
  }
  const taught = await train({ ...SETTINGS, architecture, data: ring(seed), seed })
  const once = await reflow(modelOf(taught), { ...SETTINGS, pairs: COUNT, seed })
  row(seed, 'flow matching', once.before, taught.seconds)
  row(seed, 'reflow', once.after, once.seconds)
  const twice: ReflowResult = await reflow(modelOf(once), { ...SETTINGS, pairs: COUNT, seed: seed + 100 })
  row(seed, 'reflow again', twice.after, twice.seconds)
}

function row(
  seed: number,
  stage: string,
  { straightness, eulerError }: ReflowResult['after'],
  seconds: number
): void {
  const cells = [seed, stage, straightness.toPrecision(3), eulerError.toPrecision(3), Math.round(seconds)]
  console.log(`| ${cells.join(' | ')} |`)
}

/** Rows around eight points of a circle of radius 2 in turn, spread by 0.3. */
function ring(seed: number): { count: number; dim: number; data: Float32Array } {
  const data = new Float32Array(2 * COUNT)
  normals(seed, STREAM.noise, 0, 0, data.length, data, 0)
  for (let i = 0; i < COUNT; i++) {
    const angle = (Math.PI * (i % 8)) / 4
    data[2 * i] = 0.3 * data[2 * i] + 2 * Math.cos(angle)
    data[2 * i + 1] = 0.3 * data[2 * i + 1] + 2 * Math.sin(angle)
  }
  return { count: COUNT, dim: 2, data }
}

function modelOf(result: TrainResult): Parameters<typeof reflow>[0] {
  return {
    manifest: trainedFlow(result),
    files: { 'weights.safetensors': formatSafetensors(result.tensors) }
  }
}
