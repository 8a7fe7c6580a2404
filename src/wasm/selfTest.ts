import { newCore, putF32, putF64, putI32, reserve, takeF32, type Core } from './core.ts'

/** What is asked of the parts of the core, so that every operation on vectors has a say; a build has the parts that its flows need. */
const QUESTIONS: readonly Question[] = [
  { part: 'normals', ask: normals, expected: 0x5c31b36e },
  { part: 'newMixture', ask: closedForms, expected: 0xf2cd8c94 },
  { part: 'dense', ask: layers, expected: 0xdf413e0a },
  { part: 'newNetwork', ask: network, expected: 0x70e54e6a },
  { part: 'dense8', ask: integers, expected: 0xe2331717 }
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
const METHODS = [0, 3] // Runge-Kutta, and the exponential one of two steps

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

/** A data set, a mixture and one with covariances: their velocities, and three steps of a method of each kind. */
function closedForms(core: Core, out: number): number[] {
  const schedule = core.newSchedule(0, 0, 0)
  const mixture = (axes: number): number =>
    core.newMixture(
      schedule,
      5,
      3,
      putF64(core, [0, -1, -2]),
      putF64(core, some(15)),
      putF64(
        core,
        some(15).map((y) => y * y + 0.25)
      ),
      axes
    )
  const x = putF32(core, some(ROWS * 8))
  const [times, heun] = [putF64(core, [0, 0.2, 0.4, 0.7]), putF64(core, [0, 0, 1, 0, 0.5, 0.5, 0, 1])]
  return [
    core.newEmpirical(schedule, 5, 4, putF32(core, some(20)), 0.5),
    mixture(0),
    mixture(putF64(core, some(75)))
  ].flatMap((v) => {
    const answer = (): number[] => [...takeF32(core, out, 5 * ROWS)]
    core.velocity(v, 0.3, x, ROWS, out)
    return [
      answer(),
      ...METHODS.map((method) => {
        new Float32Array(core.memory.buffer, out, 5 * ROWS).set([
          ...some(3 * ROWS),
          ...new Array<number>(2 * ROWS).fill(0)
        ])
        const scratch = reserve(core, core.scratchBytes(v, ROWS, -1))
        core.advance(core.newTrajectory(v, out, ROWS, times, 3, method, 2, heun, 0, -1, scratch), 3)
        return answer()
      })
    ].flat()
  })
}

/** max(norm(x), 0) of the state as a velocity, and its derivative along two directions. */
function network(core: Core, out: number): number[] {
  const [epsilon] = new Int32Array(Float32Array.of(1e-5).buffer)
  const program = [
    [11, 0, 0, 5], // the state
    [5, 32, 0, 1, 5, 0, 0, epsilon, 0],
    [8, 32, 32, 1, 5, 2]
  ].flatMap((words) => [...words, ...new Array<number>(16 - words.length).fill(0)])
  const schedule = core.newSchedule(0, 0, 0)
  const v = core.newNetwork(schedule, 5, 0, 0, putI32(core, program), 3, 64, 32, 0, 1, 0, 0, 0, 0)
  const [x, directions] = [putF32(core, some(ROWS * 5)), putF32(core, some(ROWS * 10))]
  const tangents = reserve(core, 4 * ROWS * 10)
  core.jvp(v, 0.3, x, ROWS, directions, 2, out, tangents)
  return [...takeF32(core, out, ROWS * 5), ...takeF32(core, tangents, ROWS * 10)]
}

/** A layer with 8-bit weights, and one over tokens. */
function integers(core: Core, out: number): number[] {
  const weights = putI32(core, new Int32Array(Int8Array.from({ length: 16 * 5 }, (_, i) => i * 53).buffer))
  const units = putF32(core, some(16))
  const [packed, columns] = [reserve(core, core.packedBytes8(INPUTS, OUTPUTS)), reserve(core, 8 * 16)]
  const found = (at: number, rows: number, stride: number, width: number): number[] => [
    ...takeF32(core, at, rows * stride).filter((_, i) => i % stride < width)
  ]
  const x = putF32(core, some(ROWS * 8))
  core.pack8(weights, units, OUTPUTS, INPUTS, false, packed, columns)
  const rows = reserve(core, core.quantizedBytes(ROWS, INPUTS))
  core.quantize(x, ROWS, INPUTS, rows)
  core.dense8(rows, ROWS, INPUTS, OUTPUTS, packed, columns, 0, 0, out)
  const dense = found(out, ROWS, 16, OUTPUTS)

  core.pack8(weights, units, OUTPUTS, INPUTS, true, packed, columns)
  const channels = reserve(core, core.quantizedChannelBytes(INPUTS, 5))
  const mixed = reserve(core, 4 * OUTPUTS * 8)
  core.quantizeChannels(putF32(core, some(INPUTS * 8)), 1, INPUTS, 5, channels)
  core.mix8(channels, 1, INPUTS, OUTPUTS, 5, packed, columns, 0, 0, mixed)
  return [...dense, ...found(mixed, OUTPUTS, 8, 5)]
}

function hash(values: readonly number[]): number {
  let state = 0x811c9dc5
  for (const word of new Uint32Array(Float32Array.from(values).buffer))
    state = Math.imul(state ^ word, 0x01000193)
  return state >>> 0
}
