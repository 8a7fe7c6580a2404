/** How long do 50 Euler steps of a network take, against the runtimes that a web developer would take instead? */
import type { Architecture } from '../src/schema/architecture.ts'
import { dimOf } from '../src/network/forward.ts'
import { compare, interleave, type Effort, type Question, type Row } from './measure.ts'
import { flopsPerRow, MLP, randomTensors, TINY } from './network.ts'
import { gaussflow } from './rivals/gaussflow.ts'
import { onnxruntime } from './rivals/onnxruntime.ts'
import type { Rival, Sampler } from './rivals/rival.ts'
import { tensorflow } from './rivals/tensorflow.ts'

const STEPS = 50
const CASES: readonly (readonly [string, Architecture, readonly number[]])[] = [
  ['MLP 64→256→256→256→64', MLP, [1, 16, 256]],
  ['MLP 2→64→64→64→2', TINY, [1, 256]]
]

export const networks: Question = {
  title: 'Sampling: 50 Euler steps, one thread each',
  async measure(effort) {
    const rows = []
    for (const [name, architecture, batches] of CASES)
      rows.push(...(await measureNetwork(name, architecture, batches, effort)))
    return rows
  }
}

async function measureNetwork(
  name: string,
  architecture: Architecture,
  batches: readonly number[],
  effort: Effort
): Promise<Row[]> {
  const peers: readonly Rival[] = [onnxruntime, tensorflow]
  const tensors = randomTensors(architecture)
  const us = await gaussflow.prepare(architecture, tensors)()
  const them = await Promise.all(peers.map((peer) => peer.prepare(architecture, tensors)()))
  const rows = []
  for (const batch of batches) {
    const noise = Float32Array.from(
      { length: batch * dimOf(architecture) },
      (_, i) => 1.5 * Math.sin(1.7 * i)
    )
    await checkAgreement([us, ...them], noise, batch)
    const [ours, ...theirs] = await interleave(
      [us, ...them].map((sampler) => () => sampler.sample(noise, batch, STEPS)),
      effort
    )
    const work = flopsPerRow(architecture) * batch * STEPS
    for (const [i, peer] of peers.entries()) {
      const row = compare(
        { question: 'networks', case: `${name}, plain`, batch, peer: peer.name },
        ours,
        theirs[i]
      )
      rows.push({ ...row, speed: work / row.ours / 1e6 })
    }
  }
  for (const sampler of [us, ...them]) await sampler.close()
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
