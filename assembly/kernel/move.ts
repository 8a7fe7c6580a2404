import { f32s } from "../memory";

// The table of a move, 32-bit words: where it begins in the source and in the copy, how many loops there are, and of each,
// from the outermost on, how often it runs and how far it goes, in the source and in the copy. All in floats.
//
//   ┌──────┬────┬───────┬───────┬──────┬────┬───────┬──────┬────┬───
//   │ from │ to │ loops │ count │ step │ to │ count │ step │ to │ …
//   └──────┴────┴───────┴───────┴──────┴────┴───────┴──────┴────┴───

const HEAD: usize = 12;
const LOOP: usize = 12;

/**
 * Copies numbers of every row to other places: columns, other shapes, the transpose, patches, pixels repeated.
 *
 * @param xRow bytes from row to row of x; 0 where all rows have one
 * @param outRow bytes from row to row of `out`, which must not overlap x
 */
export function move(x: usize, xRow: usize, rows: i32, table: usize, out: usize, outRow: usize): void {
  x += f32s(load<i32>(table));
  out += f32s(load<i32>(table, 4));
  for (let i = 0; i < rows; i++, x += xRow, out += outRow) repeat(table + HEAD, load<i32>(table, 8), x, out);
}

/** Zeros to all places that a move writes. */
export function clear(rows: i32, table: usize, out: usize, outRow: usize): void {
  out += f32s(load<i32>(table, 4));
  for (let i = 0; i < rows; i++, out += outRow) erase(table + HEAD, load<i32>(table, 8), out);
}

function erase(loop: usize, loops: i32, out: usize): void {
  if (loops == 0) return store<f32>(out, 0);
  for (let i = load<i32>(loop); i > 0; i--, out += f32s(load<i32>(loop, 8)))
    erase(loop + LOOP, loops - 1, out);
}

/** How often a move writes each number that it reads. */
export function copiesOf(table: usize): i32 {
  let copies = 1;
  for (let i = 0; i < load<i32>(table, 8); i++) {
    const loop = table + HEAD + <usize>i * LOOP;
    if (load<i32>(loop, 4) == 0) copies *= load<i32>(loop);
  }
  return copies;
}

function repeat(loop: usize, loops: i32, x: usize, out: usize): void {
  const count = load<i32>(loop);
  const step = f32s(load<i32>(loop, 4));
  const outStep = f32s(load<i32>(loop, 8));
  if (loops > 1) {
    for (let i = 0; i < count; i++, x += step, out += outStep) repeat(loop + LOOP, loops - 1, x, out);
  } else if (step == 4 && outStep == 4) {
    copy(x, count, out);
  } else {
    for (let i = 0; i < count; i++, x += step, out += outStep) store<f32>(out, load<f32>(x));
  }
}

/** n floats, without a call for each few. */
export function copy(x: usize, n: i32, out: usize): void {
  const end = x + f32s(n);
  for (; x + 16 <= end; x += 16, out += 16) v128.store(out, v128.load(x));
  for (; x < end; x += 4, out += 4) store<f32>(out, load<f32>(x));
}
