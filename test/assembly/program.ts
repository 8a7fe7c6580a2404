import type { Core } from './core.ts'

/** The opcodes of assembly/README.md's instruction table. */
export const OP = {
  time: 1,
  features: 2,
  dense: 3,
  mix: 4,
  norm: 5,
  residual: 6,
  combine: 7,
  activate: 8,
  move: 9,
  conv: 10,
  state: 11,
  modulate: 12,
  groupNorm: 13,
  attention: 14
} as const

/** The bits of an f32 operand. */
const bits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]

/** The operands of a NORM after its tokens and width: one of 1e-6 about the mean. */
export const norm = (shift = 0, scale = 0): number[] => [shift, scale, bits(1e-6), 0]

/** The operands of a COMBINE that adds a value of the same shape which is made from the time. */
export const plus = (address: number, tokens: number, width: number): number[] => [
  address,
  ...[1, tokens, width, tokens, tokens, 0],
  ...[bits(1), bits(1)]
]

/** The operands of a MOVE by the words of its table, of so many floats a row in the source and in the copy. */
export function move(core: Core, words: readonly number[], from: number, to: number): number[] {
  const address = core.alloc(4 * words.length)
  new Int32Array(core.memory.buffer, address, words.length).set(words)
  return [0, from, to, address, 0]
}

/** Writes instructions [opcode, dst, src, operands...] of 16 words each into the arena. */
export function putProgram(
  core: Core,
  instructions: readonly (readonly number[])[]
): { address: number; length: number } {
  const address = core.alloc(64 * Math.max(1, instructions.length))
  const words = new Uint32Array(core.memory.buffer, address, 16 * instructions.length).fill(0)
  instructions.forEach((instruction, i) => words.set(instruction, 16 * i))
  return { address, length: instructions.length }
}

/** Runs instructions whose dst and src are absolute addresses, on one row, at time t. */
export function runOnce(core: Core, t: number, instructions: readonly (readonly number[])[]): void {
  const top = core.mark()
  const { address, length } = putProgram(core, instructions)
  const v = core.newNetwork(0, 4, address, length, address, 0, 16, 0, 0, 0.95, 0, 0, 0, 0)
  core.velocity(v, t, core.alloc(16), 1, core.alloc(16))
  core.release(top)
}
