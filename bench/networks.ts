/** How long do 50 Euler steps of a network take, against the runtimes that a web developer would take instead? */
import type { Architecture } from '../src/schema/architecture.ts'
import { dimOf } from '../src/network/forward.ts'
import { compare, interleave, type Effort, type Question, type Row } from './measure.ts'
import { flopsPerRow, MIXER, MLP, randomTensors, TINY } from './network.ts'
import { gaussflow } from './rivals/gaussflow.ts'
import { dequantized, int8 } from './rivals/int8.ts'
import { onnxruntime } from './rivals/onnxruntime.ts'
import type { Rival, Sampler } from './rivals/rival.ts'
import { tensorflow } from './rivals/tensorflow.ts'

const STEPS = 50
const MODES = { plain: gaussflow('plain'), relaxed: gaussflow('relaxed'), int8 }
/** What the rounding of activations to 7 bits may change of a sample, relative, root mean square. */
const ROUNDING = 0.01

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
  const us = await Promise.all(Object.values(MODES).map((mode) => mode.prepare(architecture, tensors)()))
  const them = await Promise.all(peers.map((peer) => peer.prepare(architecture, tensors)()))
  const samplers = [...us, ...them]
  const dequantizedUs = await MODES.plain.prepare(architecture, dequantized(architecture, tensors))()
  const flops = flopsPerRow(architecture)
  const rows: Row[] = []
  for (const batch of batches) {
    const length = batch * dimOf(architecture)
    const noise = Float32Array.from({ length }, (_, i) => 1.5 * Math.sin(1.7 * i))
    await checkAgreement([us[0], us[1], ...them], noise, batch)
    await checkRounding(us[2], dequantizedUs, noise, batch)
    const turns = samplers.map((sampler) => () => sampler.sample(noise, batch, STEPS))
    const times = await interleave(turns, effort)
    const theirs = times.slice(us.length)
    for (const [j, mode] of Object.keys(MODES).entries()) {
      const named = { question: 'networks', case: `${name}, ${mode}`, batch }
      for (const [i, { name: peer }] of peers.entries()) {
        const row = compare({ ...named, peer }, times[j], theirs[i])
        rows.push(flops === undefined ? row : { ...row, speed: (flops * batch * STEPS) / row.ours / 1e6 })
      }
    }
  }
  for (const sampler of [...samplers, dequantizedUs]) await sampler.close()
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

/** 8-bit products against the same weights as numbers: the rest is the rounding of activations. */
async function checkRounding(us: Sampler, float: Sampler, noise: Float32Array, batch: number): Promise<void> {
  const [ours, exact] = [await us.sample(noise, batch, STEPS), await float.sample(noise, batch, STEPS)]
  const squares = (of: (value: number, i: number) => number): number =>
    exact.reduce((sum, value, i) => sum + of(value, i) ** 2, 0)
  const error = Math.sqrt(squares((value, i) => value - ours[i]) / squares((value) => value))
  if (!(error <= ROUNDING)) throw new Error(`the 8-bit outputs are off by ${error} of their size`)
}
