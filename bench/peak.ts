import asc from 'assemblyscript/asc'

/** Runs this many multiply+adds of four lanes in every iteration. */
const LANES = 4

interface Peak {
  memory: WebAssembly.Memory
  [loop: string]: unknown
}

/**
 * The most multiply+adds that this machine does in WebAssembly with plain SIMD on one thread, in GFLOP/s: the fastest
 * of a few loops that do nothing else, with 8 to 14 sums in registers so that no addition waits for the one before.
 */
export async function measurePeak(): Promise<number> {
  const { binary, error, stderr } = await asc.compileString(
    [8, 10, 12, 14].flatMap((sums) => [loadLoop(sums), chainLoop(sums)]).join('\n'),
    { optimizeLevel: 3, noAssert: true, runtime: 'stub', enable: ['simd'], use: ['abort='], initialMemory: 1 }
  )
  if (error !== null || binary === null)
    throw new Error(`the peak kernel does not compile: ${(stderr as { toString(): string }).toString()}`)
  const { instance } = await WebAssembly.instantiate(binary as BufferSource)
  const { memory, ...loops } = instance.exports as unknown as Peak
  // The operands come from memory: V8 builds a constant vector anew at each of its uses, which would halve the speed.
  new Float32Array(memory.buffer).fill(0.01)
  let best = 0
  for (const [name, loop] of Object.entries(loops)) {
    if (typeof loop !== 'function') continue
    const flops = Number(/\d+/.exec(name)) * LANES * 2
    best = Math.max(best, speed(loop as (iterations: number) => number, flops))
  }
  return best
}

/** GFLOP/s: the fastest of a few runs of about 10 ms each, after a warm-up in which V8 optimises the loop. */
function speed(loop: (iterations: number) => number, flops: number): number {
  const iterations = 4_000_000
  loop(iterations / 4)
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now()
    loop(iterations)
    return performance.now() - start
  })
  return (flops * iterations) / Math.min(...times) / 1e6
}

const sums = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const declare = (count: number): string =>
  sums(count)
    .map((i) => `  let a${i} = v128.load(${16 * i});`)
    .join('\n')
const total = (count: number): string =>
  sums(count)
    .map((i) => `a${i}`)
    .reduce((all, a) => `f32x4.add(${all}, ${a})`)

/** sum_i += m * memory_i, as in a product of matrices: one factor in a register, one from memory. */
const loadLoop = (count: number): string => `export function load${count}(iterations: i32): f32 {
  const m = v128.load32_splat(1024);
${declare(count)}
  for (let i = 0; i < iterations; i++) {
${sums(count)
  .map((i) => `    a${i} = f32x4.add(a${i}, f32x4.mul(m, v128.load(2048, ${16 * i})));`)
  .join('\n')}
  }
  return f32x4.extract_lane(${total(count)}, 0);
}`

/** a_i <- a_i m + c, all in registers. */
const chainLoop = (count: number): string => `export function chain${count}(iterations: i32): f32 {
  const m = v128.load32_splat(1024);
  const c = v128.load32_splat(1028);
${declare(count)}
  for (let i = 0; i < iterations; i++) {
${sums(count)
  .map((i) => `    a${i} = f32x4.add(f32x4.mul(a${i}, m), c);`)
  .join('\n')}
  }
  return f32x4.extract_lane(${total(count)}, 0);
}`
