/** How close does the product of matrices come to what this machine can do at all? */
import { readFileSync } from 'node:fs'
import { instantiate } from '../build/core.js'
import { compare, interleave, median, type Effort, type Question, type Row } from './measure.ts'
import { findPeak, type Peak } from './peak.ts'

/** Rows, inputs and outputs of the layers that sampling spends its time in. */
const SHAPES = [
  [256, 256, 256],
  [256, 64, 256],
  [256, 256, 64],
  [16, 256, 256],
  [1, 256, 256]
] as const

export const kernels: Question = {
  title: 'Product of matrices against the machine (theirs: the time at the peak of multiply and add)',
  unit: 'milliseconds',
  async measure(effort) {
    const peak = await findPeak()
    const rows = []
    for (const shape of SHAPES) rows.push(await measureShape(shape, peak, effort))
    return rows
  }
}

async function measureShape(
  [count, k, n]: (typeof SHAPES)[number],
  peak: Peak,
  effort: Effort
): Promise<Row> {
  const core = await instantiate(await WebAssembly.compile(readFileSync('build/core.wasm')), {})
  const values = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i))
  const place = (data: Float32Array): number => {
    const address = core.alloc(data.byteLength)
    new Float32Array(core.memory.buffer, address, data.length).set(data)
    return address
  }
  const [x, weight, bias] = [values(count * k), values(n * k), values(n)]
  const [xAt, weightAt, biasAt] = [x, weight, bias].map(place)
  const [packed, out] = [core.alloc(core.packedBytes(k, n)), core.alloc(4 * count * n)]
  core.packDense(weightAt, n, k, packed)

  const multiply = (): void => core.dense(xAt, k, count, k, n, packed, biasAt, 0, out, n)
  multiply()
  check(new Float32Array(core.memory.buffer, out, count * n), x, weight, bias)
  // A call of a few microseconds is timed a hundred at once, lest the clock be measured.
  const flops = 2 * count * k * n
  const calls = Math.ceil(1e8 / flops)
  const [ours, theirs] = await interleave([() => repeat(multiply, calls), peak.run], effort)
  const perCall = (times: readonly number[], share: number): number[] => times.map((time) => time * share)
  const speed = peak.flops / median(theirs) / 1e6
  const named = { question: 'kernels', case: `dense ${k} → ${n}, plain`, batch: count }
  const row = compare(
    { ...named, peer: `peak ${speed.toFixed(1)} GFLOP/s` },
    perCall(ours, 1 / calls),
    perCall(theirs, flops / peak.flops)
  )
  return { ...row, speed: flops / row.ours / 1e6 }
}

function repeat(action: () => void, times: number): void {
  for (let i = 0; i < times; i++) action()
}

/** The last row against 64-bit sums. */
function check(out: Float32Array, x: Float32Array, weight: Float32Array, bias: Float32Array): void {
  const [n, k] = [bias.length, weight.length / bias.length]
  const [lastX, lastOut] = [x.subarray(x.length - k), out.subarray(out.length - n)]
  lastOut.forEach((value, i) => {
    const exact = lastX.reduce((sum, xj, j) => sum + xj * weight[i * k + j], bias[i])
    if (!(Math.abs(value - exact) < 1e-4 * k))
      throw new Error(`the kernel gives ${value} where ${exact} is right`)
  })
}
