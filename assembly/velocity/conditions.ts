// What the rows of a call are told beside their states, and how much it weighs (classifier-free guidance):
//
//     v_w = v_none + w (v_told - v_none),   which is v_told for w = 1; the same affine rule for every estimate.
//
// See Ho & Salimans, "Classifier-Free Diffusion Guidance", arXiv 2207.12598; the interval of times is that of Kynkaanniemi et al.,
// "Applying Guidance in a Limited Interval", arXiv 2404.07724.

import { f32s } from "../memory";
import { Network } from "./networkRecord";

let start: i32 = 0;

/** Of the next calls: which of the rows that are told something theirs are, the first of them. */
export function startAt(row: i32): void {
  start = row;
}

/**
 * What the next calls' rows are told, until the next `tell`.
 *
 * @param told f32, rows of the network's condition as dense rows; 0 where they are told nothing
 * @param each whether every row has one of its own; else all have the first
 * @param guidance w, at the times from `from` to `to`; 1 at others
 */
export function tell(velocity: usize, told: usize, each: bool, guidance: f64, from: f64, to: f64): void {
  const n = changetype<Network>(velocity);
  n.told = told;
  n.toldStep = each ? <i32>f32s(n.conditionWidth) : 0;
  n.guidance = guidance;
  n.guidedFrom = from;
  n.guidedTo = to;
  start = 0;
}

/** The weight of what is told at a time of the flow. */
export function guidanceAt(n: Network, t: f64): f64 {
  return n.told && t >= n.guidedFrom && t <= n.guidedTo ? n.guidance : 1;
}

/** How many of the rows from `first` on, of `count`, are told the same as that one. */
export function alike(n: Network, first: i32, count: i32): i32 {
  if (!n.told || !n.toldStep) return count - first;
  const one = rowOf(n, first);
  let next = first + 1;
  while (next < count && memory.compare(one, rowOf(n, next), n.toldStep) == 0) next++;
  return next - first;
}

/** Lets the network read what a row is told, or with `nothing` what it reads where nothing is. */
export function listen(n: Network, row: i32, nothing: bool): void {
  if (!n.condition) return;
  const from = nothing || !n.told ? n.untold : rowOf(n, row);
  memory.copy(n.condition, from, f32s(n.conditionWidth));
}

function rowOf(n: Network, row: i32): usize {
  return n.told + <usize>(start + row) * <usize>n.toldStep;
}
