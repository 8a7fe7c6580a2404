import { f64s } from "../memory";
import { Coefficients, Schedule } from "./record";

/**
 * A schedule by its values at t = i / cells: a^2, a a', b and b' (4 f64 a knot), between them by the cubics that meet
 * the values and slopes of a^2 and of b. Both are smooth up to the ends, where a itself need not be.
 */
export function table(s: Schedule, t: f64, out: Coefficients): void {
  const place = t * <f64>s.cells;
  const cell = max(0, min(s.cells - 1, <i32>floor(place)));
  const left = s.knots + f64s(4 * cell);
  const f = place - <f64>cell;
  const width = 1.0 / <f64>s.cells;
  const square = cubic(left, 2.0 * width, f);
  out.a = sqrt(max(square, 0.0));
  out.aDa = slope(left, 2.0 * width, f) / (2.0 * width);
  out.b = cubic(left + 16, width, f);
  out.db = slope(left + 16, width, f) / width;
}

/** Hermite's cubic at 0 <= f <= 1 through (value, slope) at `left` and at the next knot; slopes times `scale` are per cell. */
function cubic(left: usize, scale: f64, f: f64): f64 {
  const y0 = load<f64>(left);
  const y1 = load<f64>(left, 32);
  const d0 = scale * load<f64>(left, 8);
  const d1 = scale * load<f64>(left, 40);
  const rest = 1.0 - f;
  // As a blend of the ends, which f = 0 and f = 1 give exactly.
  return y0 * rest * rest * (1.0 + 2.0 * f) + y1 * f * f * (3.0 - 2.0 * f) + f * rest * (d0 * rest - d1 * f);
}

/** The derivative of `cubic` by f. */
function slope(left: usize, scale: f64, f: f64): f64 {
  const rise = load<f64>(left, 32) - load<f64>(left);
  const d0 = scale * load<f64>(left, 8);
  const d1 = scale * load<f64>(left, 40);
  return d0 * (1.0 - f) * (1.0 - 3.0 * f) + d1 * f * (3.0 * f - 2.0) + 6.0 * rise * f * (1.0 - f);
}
