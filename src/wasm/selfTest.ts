import { newCore, putF32, putF64, reserve, takeF32, type Core } from './core.ts'

/** Every kind of operation on vectors that the core has, in three questions; a build has the parts that its flows need. */
const QUESTIONS: readonly Question[] = [
  { part: 'normals', ask: normals, expected: 0x5c31b36e },
  { part: 'dense', ask: layers, expected: 0xdf413e0a },
  { part: 'newMixture', ask: velocities, expected: 0x95b67bd1 }
]

interface Question {
  /** An export that the builds with this part alone have. */
  readonly part: keyof Core
  readonly ask: (core: Core, out: number) => number[]
  /** The FNV-1a hash of the words that a sound machine answers. */
  readonly expected: number
}

/**
 * Whether this machine computes the core as it was written. There are some that take SIMD and answer wrongly, which no
 * validation shows; a known question does, in a few ten microseconds.
 */
export async function computesRight(module: WebAssembly.Module): Promise<boolean> {
  const parts = WebAssembly.Module.exports(module).map(({ name }) => name)
  try {
    const core = await newCore(module)
    const out = reserve(core, 4 * ROWS * 16)
    return QUESTIONS.every(
      ({ part, ask, expected }) => !parts.includes(part) || hash(ask(core, out)) === expected
    )
  } catch {
    return false // a trap is an answer too
  }
}

const ROWS = 5 // a tile of four and one alone
const INPUTS = 6
const OUTPUTS = 13 // a panel of eight, a half, and a lane of a half
const ACTIVATIONS = 10

function some(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (((i * 37) % 29) - 14) / 8)
}

function normals(core: Core, out: number): number[] {
  core.normals(7, 0, 0, 0, 3, 5, out)
  return [...takeF32(core, out, 15)]
}

/** A layer with each activation. */
function layers(core: Core, out: number): number[] {
  const packed = reserve(core, core.packedBytes(INPUTS, OUTPUTS))
  core.packDense(putF32(core, some(INPUTS * OUTPUTS)), OUTPUTS, INPUTS, packed)
  const [x, bias] = [putF32(core, some(ROWS * 8)), putF32(core, some(16))]
  return Array.from({ length: ACTIVATIONS }, (_, activation) => {
    core.dense(x, 8, ROWS, INPUTS, OUTPUTS, packed, bias, activation, out, 16)
    return [...takeF32(core, out, ROWS * 16).filter((_, i) => i % 16 < OUTPUTS)]
  }).flat()
}

/** The velocities of a data set and of a mixture. */
function velocities(core: Core, out: number): number[] {
  const schedule = core.newSchedule(0, 0, 0)
  const [logWeights, means, variances] = [[0, -1, -2], some(15), some(15).map((y) => y * y + 0.25)]
  const x = putF32(core, some(ROWS * 8))
  return [
    core.newEmpirical(schedule, 5, 4, putF32(core, some(20)), 0.5),
    core.newMixture(schedule, 5, 3, putF64(core, logWeights), putF64(core, means), putF64(core, variances), 0)
  ].flatMap((v) => {
    core.velocity(v, 0.3, x, ROWS, out)
    return [...takeF32(core, out, 5 * ROWS)]
  })
}

function hash(values: readonly number[]): number {
  let state = 0x811c9dc5
  for (const word of new Uint32Array(Float32Array.from(values).buffer))
    state = Math.imul(state ^ word, 0x01000193)
  return state >>> 0
}
