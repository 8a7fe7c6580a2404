import type { Architecture } from '../schema/architecture.ts'
import type { NetworkTarget } from '../schema/flowFile.ts'
import type { Tensors } from '../types.ts'
import { putF32, putI32, type Core } from '../wasm/core.ts'
import { OPCODE, type Value } from './code.ts'
import { conditionWidth, writeCondition } from './condition.ts'
import { dimOf, forward } from './forward.ts'
import { ProgramWriter } from './program.ts'
import { placeRegisters, type Instruction, type Register } from './registers.ts'
import { checkArchitecture, checkWeights } from './weights.ts'

/** What a network's record says beside its programs. */
type NetworkSpec = Pick<NetworkTarget, 'prediction' | 'denoiserUntil'> & {
  readonly architecture: Pick<Architecture, 'condition'>
}

/** By the core's numbers. */
const PREDICTION = { velocity: 0, denoiser: 1, noise: 2 } as const
const WORDS = 16 // 32-bit words of an instruction

/**
 * Puts a network into the core and returns the address of its velocity. Where the network predicts the denoiser
 * N(t, x) ~ E[X_1 | X_t = x], its velocity is
 *
 *     v(t, x) = (a'/a) x + (b' - b a'/a) N(t, x),   with the coefficients taken at min(t, denoiserUntil),
 *
 * and where it predicts the noise N(t, x) ~ E[Z | X_t = x],
 *
 *     v(t, x) = (b'/b) x + (a' - a b'/b) N(t, x),   with t kept from 1 / 1000 to denoiserUntil.
 *
 * @param own the record of the schedule that it was trained on, where that is another than `schedule`
 * @throws GaussflowError `invalid_argument` for an impossible architecture, `invalid_model` for weights that do not fit it.
 */
export function networkVelocity(
  core: Core,
  schedule: number,
  target: NetworkTarget,
  tensors: Tensors,
  own = 0
): number {
  const { architecture } = target
  checkArchitecture(architecture)
  checkWeights(architecture, tensors)
  const dim = dimOf(architecture)
  const writer = new ProgramWriter(core, tensors, dim)
  return putNetwork(core, schedule, dim, writer, forward(writer, architecture), target, own)
}

/** Puts a network into the core that was written to the end: its record over the programs of `writer`. */
export function putNetwork(
  core: Core,
  schedule: number,
  dim: number,
  writer: ProgramWriter,
  result: Value,
  { architecture: { condition }, prediction, denoiserUntil }: NetworkSpec,
  own = 0
): number {
  if (result.when === 'time') throw new TypeError('a network must read the state')
  const untold = new Float32Array(conditionWidth(condition))
  if (condition !== undefined) writeCondition(condition, undefined, untold, 0)

  const program = fuseModulation(writer.stateProgram)
  const { offsets, bytes } = placeRegisters(program, result.register)
  const place = (operand: number | Register): number =>
    typeof operand === 'number' ? operand : (offsets.get(operand) ?? 0)
  const stateWords = program.map(({ opcode, dst, src, operands }) => [
    opcode,
    place(dst),
    src === undefined ? 0 : place(src),
    ...operands.map(place)
  ])
  return core.newNetwork(
    schedule,
    dim,
    putI32(core, words(writer.timeProgram)),
    writer.timeProgram.length,
    putI32(core, words(stateWords)),
    program.length,
    bytes,
    place(result.register),
    PREDICTION[prediction],
    denoiserUntil,
    own,
    writer.conditionAddress ?? 0,
    untold.length,
    condition === undefined ? 0 : putF32(core, untold)
  )
}

function words(program: readonly (readonly number[])[]): Int32Array {
  const out = new Int32Array(program.length * WORDS)
  program.forEach((instruction, i) => {
    out.set(instruction, i * WORDS)
  })
  return out
}

/** A norm that only a modulation reads becomes one pass over the row with it. */
function fuseModulation(program: readonly Instruction[]): Instruction[] {
  const uses = new Map<Register, number>()
  for (const { src, operands } of program) {
    for (const read of [src, ...operands])
      if (typeof read === 'object') uses.set(read, (uses.get(read) ?? 0) + 1)
  }
  const out: Instruction[] = []
  for (const instruction of program) {
    const before = out.at(-1)
    const fusible =
      instruction.opcode === OPCODE.modulate &&
      (before?.opcode === OPCODE.norm || before?.opcode === OPCODE.groupNorm) &&
      before.dst === instruction.src &&
      // One that has a modulation already must not lose it to the next.
      before.operands[2] === 0 &&
      before.operands[3] === 0 &&
      uses.get(before.dst) === 1
    if (fusible) {
      // Both have tokens, width, shift and scale in the same places, and the norm has more after them.
      const operands = [...instruction.operands, ...before.operands.slice(instruction.operands.length)]
      out[out.length - 1] = { ...before, dst: instruction.dst, operands }
    } else out.push(instruction)
  }
  return out
}
