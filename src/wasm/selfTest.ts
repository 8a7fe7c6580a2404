import { newCore, putF32, putF64, reserve, takeF32, type Core } from './core.ts'

/** What a sound machine answers: the FNV-1a hash of the words of `answers`. */
const EXPECTED = 0x8dfdadfb

/**
 * Whether this machine computes the core as it was written. There are some that take SIMD and answer wrongly, which no
 * validation shows; a known question does, in a few ten microseconds.
 */
export async function computesRight(module: WebAssembly.Module): Promise<boolean> {
  try {
    return hash(answers(await newCore(module))) === EXPECTED
  } catch {
    return false // a trap is an answer too
  }
}

const ROWS = 5 // a tile of four and one alone
const INPUTS = 6
const OUTPUTS = 13 // a panel of eight, a half, and a lane of a half

/** A layer with each activation, and the velocities of a data set and of a mixture: every kind of operation on vectors that the core has. */
function answers(core: Core): Float32Array {
  const some = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => (((i * 37) % 29) - 14) / 8)
  const out = reserve(core, 4 * ROWS * 16)
  const packed = reserve(core, core.packedBytes(INPUTS, OUTPUTS))
  core.packDense(putF32(core, some(INPUTS * OUTPUTS)), OUTPUTS, INPUTS, packed)
  const [x, bias] = [putF32(core, some(ROWS * 8)), putF32(core, some(16))]
  const found: number[] = []
  for (let activation = 0; activation < ACTIVATIONS; activation++) {
    core.dense(x, 8, ROWS, INPUTS, OUTPUTS, packed, bias, activation, out, 16)
    found.push(...takeF32(core, out, ROWS * 16).filter((_, i) => i % 16 < OUTPUTS))
  }
  core.normals(7, 0, 0, 0, 3, 5, out)
  found.push(...takeF32(core, out, 15))
  const schedule = core.newSchedule(0, 0, 0)
  const [logWeights, means, variances] = [[0, -1, -2], some(15), some(15).map((y) => y * y + 0.25)]
  for (const v of [
    core.newEmpirical(schedule, 5, 4, putF32(core, some(20)), 0.5),
    core.newMixture(schedule, 5, 3, putF64(core, logWeights), putF64(core, means), putF64(core, variances), 0)
  ]) {
    core.velocity(v, 0.3, x, ROWS, out)
    found.push(...takeF32(core, out, 5 * ROWS))
  }
  return Float32Array.from(found)
}

const ACTIVATIONS = 10

function hash(values: Float32Array): number {
  let state = 0x811c9dc5
  for (const word of new Uint32Array(values.buffer)) state = Math.imul(state ^ word, 0x01000193)
  return state >>> 0
}
