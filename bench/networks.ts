/** How long do 50 Euler steps of a network take, against the runtimes that a web developer would take instead? */
import type { Architecture } from '../src/schema/architecture.ts'
import { dimOf } from '../src/network/forward.ts'
import { compare, interleave, type Effort, type Question, type Row } from './measure.ts'
import { flopsPerRow, MIXER, MLP, randomTensors, TINY } from './network.ts'
import { gaussflow } from './rivals/gaussflow.ts'
import { onnxruntime } from './rivals/onnxruntime.ts'
import type { Rival, Sampler } from './rivals/rival.ts'
import { tensorflow } from './rivals/tensorflow.ts'

const STEPS = 50
const KERNELS = ['plain', 'relaxed'] as const

interface Case {
  readonly name: string
  readonly architecture: Architecture
  readonly batches: readonly number[]
  readonly peers: readonly Rival[]
}

const CASES: readonly Case[] = [
  {
    name: 'MLP 64→256→256→256→64',
    architecture: MLP,
    batches: [1, 16, 256],
    peers: [onnxruntime, tensorflow]
  },
  { name: 'MLP 2→64→64→64→2', architecture: TINY, batches: [1, 256], peers: [onnxruntime, tensorflow] },
  { name: 'mixer of the digits', architecture: MIXER, batches: [1, 16], peers: [onnxruntime] }
]

export const networks: Question = {
  title: 'Sampling: 50 Euler steps, one thread each',
  unit: 'milliseconds',
  async measure(effort) {
    const rows = []
    for (const each of CASES) rows.push(...(await measureCase(each, effort)))
    return rows
  }
}

async function measureCase({ architecture, batches, peers, name }: Case, effort: Effort): Promise<Row[]> {
  const tensors = randomTensors(architecture)
  const us = await Promise.all(KERNELS.map((kernel) => gaussflow(kernel).prepare(architecture, tensors)()))
  const them = await Promise.all(peers.map((peer) => peer.prepare(architecture, tensors)()))
  const samplers = [...us, ...them]
  const flops = flopsPerRow(architecture)
  const rows: Row[] = []
  for (const batch of batches) {
    const length = batch * dimOf(architecture)
    const noise = Float32Array.from({ length }, (_, i) => 1.5 * Math.sin(1.7 * i))
    await checkAgreement(samplers, noise, batch)
    const turns = samplers.map((sampler) => () => sampler.sample(noise, batch, STEPS))
    const times = await interleave(turns, effort)
    const theirs = times.slice(us.length)
    for (const [j, kernel] of KERNELS.entries()) {
      const named = { question: 'networks', case: `${name}, ${kernel}`, batch }
      for (const [i, { name: peer }] of peers.entries()) {
        const row = compare({ ...named, peer }, times[j], theirs[i])
        rows.push(flops === undefined ? row : { ...row, speed: (flops * batch * STEPS) / row.ours / 1e6 })
      }
    }
  }
  for (const sampler of samplers) await sampler.close()
  return rows
}

/** A comparison of speed is worth something only where all compute the same: within 1e-4 here. */
async function checkAgreement(
  [us, ...them]: readonly Sampler[],
  noise: Float32Array,
  batch: number
): Promise<void> {
  const ours = await us.sample(noise, batch, STEPS)
  for (const sampler of them) {
    const theirs = await sampler.sample(noise, batch, STEPS)
    const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
    if (!(worst <= 1e-4) || ours.length !== theirs.length) throw new Error(`the outputs differ by ${worst}`)
  }
}
