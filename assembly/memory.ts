// Linear memory, low to high addresses:
//
//   ┌─────────────┬─────────────────────────────┬────────────────────────────────┐
//   │ static data │ the model (pinned)          │ one call (released afterwards) │
//   │ constants   │ weights · velocity records  │ states · trajectory · scratch  │
//   └─────────────┴─────────────────────────────┴────────────────────────────────┘
//   0             __heap_base                   mark                        top →
//
// The arena only bumps. A call takes a mark, allocates, and releases back to it:
// no free list, no fragmentation, nothing left by one call for the next to find.

const ALIGN: usize = 16; // one v128, so that no vector of an array straddles two cache lines
const SLACK: u64 = 16; // kernels may read (never write) one whole vector where fewer lanes are left

let blocks: u32 = 0;
let top: usize = (__heap_base + ALIGN - 1) & ~(ALIGN - 1);

/** Bytes of n f32 numbers. */
export function f32s(n: i32): usize {
  return (<usize>n) << 2;
}

/** Bytes of n f64 numbers. */
export function f64s(n: i32): usize {
  return (<usize>n) << 3;
}

/** Rounds a size up to the alignment of the arena. */
export function aligned(bytes: u64): u64 {
  return (bytes + ALIGN - 1) & ~(<u64>ALIGN - 1);
}

/** A size for the ABI: sizes that 32 bits cannot hold become the largest, which `alloc` refuses. */
export function saturated(bytes: u64): u32 {
  return bytes > 0xffffffff ? 0xffffffff : <u32>bytes;
}

/** Reserves `bytes`, 16-aligned; the address, or 0 where memory cannot grow. The content is not cleared. */
export function alloc(bytes: usize): usize {
  // 64-bit arithmetic: all 4 GiB may be asked for, and their end does not fit in 32 bits.
  const end = aligned(<u64>top + <u64>bytes);
  const size: u64 = (<u64>memory.size()) << 16;
  if (end + SLACK > 0xffffffff) return 0;
  if (end + SLACK > size && memory.grow(<i32>((end + SLACK - size + 0xffff) >> 16)) < 0) return 0;
  const address = top;
  top = <usize>end;
  blocks++;
  return address;
}

/** How often `alloc` gave a block: while this stays, nobody has come to own what was somebody's. */
export function allocations(): u32 {
  return blocks;
}

/** The current top: pass it to `release` to drop everything allocated since. */
export function mark(): usize {
  return top;
}

/** Drops everything allocated since `mark` returned `to`. */
export function release(to: usize): void {
  top = to;
}
