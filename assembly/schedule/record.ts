/**
 * The four numbers of an interpolant X_t = a Z + b X_1 at one time: a, the product a a', b and b'.
 * The product is finite at both ends, where a'/a is not.
 */
@unmanaged
export class Coefficients {
  a: f64;
  aDa: f64;
  b: f64;
  db: f64;
}

/** A schedule in the arena: which formulas, with which parameters. */
@unmanaged
export class Schedule {
  kind: i32;
  cells: i32; // of a table
  p: f64;
  q: f64;
  knots: usize; // of a table: (cells + 1) x 4 f64
}

export const LINEAR: i32 = 0;
export const TRIGONOMETRIC: i32 = 1;
export const FOLLMER: i32 = 2;
export const VARIANCE_PRESERVING: i32 = 3;
export const VARIANCE_EXPLODING: i32 = 4;
export const POLYNOMIAL: i32 = 5;
export const TABLE: i32 = 6;
