import { chunks, getF32, putF32, putF64, scoped, type Core } from './core.ts'

type Rows = readonly (readonly number[])[]

/** What a velocity in the core can be asked of; every question throws where the core writes past its answer. */
export function askOf(core: Core, v: number) {
  const guard = 4
  /** A place for n numbers with sentinels behind it, and what stands there after `ask`. */
  function floats(n: number, ask: (out: number) => void): Float32Array {
    const out = putF32(core, new Array<number>(n + guard).fill(12345))
    ask(out)
    const all = getF32(core, out, n + guard)
    if (all.subarray(n).some((value) => value !== 12345)) throw new Error('the core wrote past its answer')
    return all.subarray(0, n)
  }
  function doubles(n: number, ask: (out: number) => void): number[] {
    const out = putF64(core, new Array<number>(n + guard).fill(12345))
    ask(out)
    const all = [...new Float64Array(core.memory.buffer, out, n + guard)]
    if (all.slice(n).some((value) => value !== 12345)) throw new Error('the core wrote past its answer')
    return all.slice(0, n)
  }
  return {
    quantity: (quantity: number, t: number, x: Rows) =>
      scoped(core, () => {
        const from = putF32(core, x.flat())
        const n = x.length * x[0].length
        return chunks(
          floats(n, (out) => {
            core.quantity(v, quantity, t, from, x.length, out)
          }),
          x[0].length
        )
      }),
    divergence: (t: number, x: Rows, probes: Rows = []) =>
      scoped(core, () => {
        const from = putF32(core, x.flat())
        const of = putF32(core, probes.flat())
        const k = probes.length / x.length
        let traces: number[] = []
        const velocity = floats(x.flat().length, (out) => {
          traces = doubles(x.length * Math.max(k, 1), (at) => {
            core.divergence(v, t, from, x.length, of, k, out, at)
          })
        })
        return { velocity: chunks(velocity, x[0].length), traces }
      }),
    jvp: (t: number, x: Rows, directions: Rows) =>
      scoped(core, () => {
        const from = putF32(core, x.flat())
        const of = putF32(core, directions.flat())
        let tangents = new Float32Array()
        const velocity = floats(x.flat().length, (out) => {
          tangents = floats(directions.flat().length, (at) => {
            core.jvp(v, t, from, x.length, of, directions.length / x.length, out, at)
          }) as Float32Array<ArrayBuffer>
        })
        return { velocity: chunks(velocity, x[0].length), tangents: chunks(tangents, x[0].length) }
      }),
    logDensity: (t: number, x: Rows) =>
      scoped(core, () => {
        const from = putF32(core, x.flat())
        return doubles(x.length, (out) => {
          core.logDensity(v, t, from, x.length, out)
        })
      })
  }
}
