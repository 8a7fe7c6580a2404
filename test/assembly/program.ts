import type { Core } from './core.ts'

/** The opcodes of assembly/README.md's instruction table. */
export const OP = {
  time: 1,
  features: 2,
  dense: 3,
  mix: 4,
  norm: 5,
  residual: 6,
  offset: 7,
  activate: 8,
  patches: 9,
  unpatch: 10,
  state: 11,
  modulate: 12
} as const

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
