// An instruction of a program: 16 words of 32 bits [opcode, dst, src, operands...]; assembly/README.md has the table of them.

export const TIME: i32 = 1;
export const FEATURES: i32 = 2;
export const DENSE: i32 = 3;
export const MIX: i32 = 4;
export const NORM: i32 = 5;
export const RESIDUAL: i32 = 6;
export const COMBINE: i32 = 7;
export const ACTIVATE: i32 = 8;
export const MOVE: i32 = 9;
export const CONV: i32 = 10;
export const STATE: i32 = 11;
export const MODULATE: i32 = 12;
export const GROUP_NORM: i32 = 13;
export const ATTENTION: i32 = 14;
export const QUANTIZE: i32 = 32;
export const DENSE8: i32 = 33;
export const QUANTIZE_CHANNELS: i32 = 34;
export const MIX8: i32 = 35;

export const INSTRUCTION: usize = 64; // bytes: 16 words

/** Operand `i` of an instruction, as a number. */
export function operand(instruction: usize, i: usize): i32 {
  return load<i32>(instruction + 12 + (i << 2));
}

/** Operand `i` of an instruction, as an absolute address; 0 = absent. */
export function vector(instruction: usize, i: usize): usize {
  return <usize>load<u32>(instruction + 12 + (i << 2));
}

/** Operand `i` of an instruction, as an f32. */
export function float(instruction: usize, i: usize): f32 {
  return load<f32>(instruction + 12 + (i << 2));
}
