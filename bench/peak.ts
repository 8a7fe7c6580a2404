import asc from 'assemblyscript/asc'

/** Runs this many multiply+adds of four lanes in every iteration. */
const LANES = 4

/** A loop that multiplies and adds as fast as this machine can. */
export interface Peak {
  readonly run: () => void
  /** Floating-point operations of one run. */
  readonly flops: number
}

const ITERATIONS = 1_000_000

/**
 * The most multiply+adds that this machine does in WebAssembly with plain SIMD on one thread: the fastest of a few loops
 * that do nothing else, with 8 to 14 sums in registers so that no addition waits for the one before.
 */
export async function findPeak(): Promise<Peak> {
  const sources = [8, 10, 12, 14].flatMap((sums) => [loadLoop(sums), chainLoop(sums)])
  const { memory, ...loops } = (await compile(sources.join('\n'))) as {
    memory: WebAssembly.Memory
    [loop: string]: unknown
  }
  // The operands come from memory: V8 builds a constant vector anew at each of its uses, which would halve the speed.
  new Float32Array(memory.buffer).fill(0.01)
  const peaks = Object.entries(loops).flatMap(([name, loop]): Peak[] => {
    if (typeof loop !== 'function') return []
    const run = loop as (iterations: number) => number
    return [{ run: () => run(ITERATIONS), flops: Number(/\d+/.exec(name)) * LANES * 2 * ITERATIONS }]
  })
  return peaks.reduce((best, peak) => (speed(peak) > speed(best) ? peak : best))
}

async function compile(source: string): Promise<WebAssembly.Exports> {
  const { binary, error, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    noAssert: true,
    runtime: 'stub',
    enable: ['simd'],
    use: ['abort='],
    initialMemory: 1
  })
  if (error !== null || binary === null)
    throw new Error(`the peak kernel does not compile: ${(stderr as { toString(): string }).toString()}`)
  const { instance } = await WebAssembly.instantiate(binary as BufferSource)
  return instance.exports
}

/** Operations per millisecond: the fastest of a few runs, the first of which let V8 optimise the loop. */
function speed({ run, flops }: Peak): number {
  const times = Array.from({ length: 30 }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return flops / Math.min(...times)
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
