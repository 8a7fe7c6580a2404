import { f32s, f64s } from "../memory";

const MOST: i32 = 2048; // rows of the smaller Gram matrix: beyond, it and its factors would take too long
const ROUNDS: i32 = 1000;
const SETTLED: f64 = 1e-12;
const MARGIN: f64 = 1e-9; // far above the rounding of the sums below, which is some 1e-13

/** Bytes that `spectralNorm` wants for a weight (n, k). */
export function spectralScratch(n: i32, k: i32): usize {
  const m = min(n, k);
  if (m > MOST) return 0;
  return 2 * f64s(m) * <usize>m + 2 * f64s(m) + f64s(n) * <usize>k;
}

/**
 * The largest singular value of a weight (n, k), or a little more: never less. Power iteration on the smaller of W W^T and
 * W^T W finds lambda, from below; then lambda (1 + margin) I - W W^T is factored by Cholesky, which shows that no eigenvalue
 * is larger, and the margin grows until it can be. Of very large weights it is the Frobenius norm, which is always enough.
 *
 * @param packed whether the weight lies in the panels of `packDense`; else it is row-major
 */
export function spectralNorm(weight: usize, packed: bool, n: i32, k: i32, scratch: usize): f64 {
  const m = min(n, k);
  let squares: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const value = <f64>load<f32>(entry(weight, packed, k, i, j));
      squares += value * value;
    }
  }
  if (m > MOST || squares == 0) return sqrt(squares);
  const gram = scratch;
  const factor = gram + f64s(m) * <usize>m;
  const vectors = factor + f64s(m) * <usize>m;
  const rows = vectors + 2 * f64s(m);
  const length = max(n, k);
  // The weight with its shorter side down, so that the sums below run over neighbours.
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < length; j++) {
      const at = n <= k ? entry(weight, packed, k, i, j) : entry(weight, packed, k, j, i);
      store<f64>(rows + f64s(i * length + j), <f64>load<f32>(at));
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = inner(rows + f64s(i * length), rows + f64s(j * length), length);
      store<f64>(gram + f64s(i * m + j), sum);
      store<f64>(gram + f64s(j * m + i), sum);
    }
  }
  const lambda = powerIteration(gram, m, vectors);
  for (let margin = MARGIN; margin < 1; margin *= 8) {
    const bound = lambda * (1 + margin);
    if (bound >= squares) break;
    if (isPositive(gram, m, bound, factor)) return sqrt(bound);
  }
  return sqrt(squares);
}

function entry(weight: usize, packed: bool, k: i32, i: i32, j: i32): usize {
  return weight + f32s(packed ? ((i >> 3) * k + j) * 8 + (i & 7) : i * k + j);
}

function inner(x: usize, y: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (const end = x + f64s(n); x < end; x += 8, y += 8) sum += load<f64>(x) * load<f64>(y);
  return sum;
}

/** |G v| for a unit vector v, which comes to the largest eigenvalue of G from below. */
function powerIteration(gram: usize, m: i32, vectors: usize): f64 {
  const next = vectors + f64s(m);
  // No weight of a trained network is orthogonal to such a vector, and the factorisation would show it.
  for (let i = 0; i < m; i++) store<f64>(vectors + f64s(i), 1 + (0.5 * <f64>(((i * 7919) % 101) - 50)) / 50);
  let size = sqrt(inner(vectors, vectors, m));
  let lambda: f64 = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < m; i++) {
      store<f64>(next + f64s(i), inner(gram + f64s(i * m), vectors, m) / size);
    }
    memory.copy(vectors, next, f64s(m));
    size = sqrt(inner(vectors, vectors, m));
    const settled = abs(size - lambda) <= SETTLED * size;
    lambda = size;
    if (settled) break;
  }
  return lambda;
}

/** Whether bound I - G has a Cholesky factor, and so no eigenvalue of G reaches the bound. */
function isPositive(gram: usize, m: i32, bound: f64, factor: usize): bool {
  for (let j = 0; j < m; j++) {
    const row = factor + f64s(j * m);
    for (let i = 0; i <= j; i++) {
      const above = factor + f64s(i * m);
      const value = (i == j ? bound : 0) - load<f64>(gram + f64s(j * m + i)) - inner(row, above, i);
      if (i < j) store<f64>(row + f64s(i), value / load<f64>(above + f64s(i)));
      else if (!(value > 0)) return false;
      else store<f64>(row + f64s(j), sqrt(value));
    }
  }
  return true;
}
