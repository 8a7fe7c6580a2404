import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matrix, newCore, numbers, putF32, putF64 } from './core.ts'
import { putMixture, randomMixture, roundMixture } from './mixture.ts'

it('every address is a multiple of 16 and no two blocks overlap', async () => {
  const core = await newCore()
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const top = core.mark()
      let end = top
      for (const size of sizes) {
        const address = core.alloc(size)
        expect(address % 16).toBe(0)
        expect(address).toBeGreaterThanOrEqual(end)
        end = address + size
      }
      expect(core.memory.buffer.byteLength).toBeGreaterThanOrEqual(end)
      core.release(top)
    })
  )
})

it('releasing to a mark gives the same addresses again', async () => {
  const core = await newCore()
  const top = core.mark()
  const address = core.alloc(1000)
  core.release(top)
  expect(core.mark()).toBe(top)
  expect(core.alloc(1000)).toBe(address)
})

it.each([0xffffffff, 0xfffffff0])(
  'asking for %i bytes gives 0, and the arena goes on as before',
  async (bytes) => {
    const core = await newCore()
    const top = core.mark()
    const size = core.memory.buffer.byteLength
    expect(core.alloc(bytes)).toBe(0)
    expect(core.mark()).toBe(top)
    expect(core.memory.buffer.byteLength).toBe(size)
    expect(core.alloc(16)).toBe(top)
  }
)

it('a block that ends with the memory leaves room for one vector to be read behind it', async () => {
  const core = await newCore()
  const left = core.memory.buffer.byteLength - core.mark()
  expect(core.alloc(left)).not.toBe(0)
  expect(core.memory.buffer.byteLength).toBeGreaterThanOrEqual(core.mark() + 16)
})

it('sizes beyond 32 bits are reported as the largest, which alloc refuses', async () => {
  const core = await newCore()
  const d = 65536
  const mixture = core.newMixture(0, d, 10000, 16, 16, 16, 0)
  expect(core.scratchBytes(mixture, 1, -1)).toBe(0xffffffff)
  const few = core.newMixture(0, d, 1, 16, 16, 16, 0)
  expect(core.trajectoryBytes(few, 65536, 4, -1)).toBe(0xffffffff)
  expect(core.newTrajectory(few, 16, 65536, 16, 1, 0, 4, 16, 0, -1, 16)).toBe(0)
})

it('velocity returns all its scratch, and a trajectory takes exactly what it announced', async () => {
  const core = await newCore()
  const v = core.newMixture(0, 2, 1, putF64(core, [0]), putF64(core, [1, 2]), putF64(core, [1, 1]), 0)
  const x = putF32(core, new Array(14).fill(0.5))
  const out = core.alloc(4 * 14)
  const top = core.mark()
  core.velocity(v, 0.5, x, 7, out)
  expect(core.mark()).toBe(top)

  const tableau = putF64(core, [0, 1, 0])
  const times = putF64(core, [0, 0.5, 1])
  const scratch = core.alloc(core.scratchBytes(v, 7, -1))
  const before = core.mark()
  const trajectory = core.newTrajectory(v, x, 7, times, 2, 0, 1, tableau, 0, -1, scratch)
  expect(core.mark() - before).toBe(core.trajectoryBytes(v, 7, 1, -1))
  core.advance(trajectory, 2)
  expect(core.mark() - before).toBe(core.trajectoryBytes(v, 7, 1, -1))
})

it.each(
  [1, 2, 3].flatMap((d) =>
    [1, 3, 4].flatMap((k) => (['round', 'aligned', 'turned'] as const).map((kind) => [k, d, kind] as const))
  )
)(
  'a mixture of %i components in %i dimensions (%s) writes nothing outside the scratch it announced',
  async (k, d, kind) => {
    const core = await newCore()
    const next = numbers(k + d)
    const mixture = kind === 'round' ? roundMixture(next, k, d) : randomMixture(next, k, d, kind === 'turned')
    const v = putMixture(core, 'linear', mixture)
    const x = putF32(core, matrix(next, 3, d).flat())
    const out = core.alloc(12 * d)
    const u = putF32(core, new Array(6 * d).fill(1))
    const traces = core.alloc(8 * 6)
    for (const probes of [-1, 0, 2]) {
      // A call takes its scratch where the arena ends now; on both sides of it lies a pattern.
      const top = core.mark()
      const bytes = core.scratchBytes(v, 3, probes)
      core.alloc(bytes + 4096)
      core.release(top)
      const memory = new Uint8Array(core.memory.buffer)
      memory.fill(0x5a, top + bytes, top + bytes + 4096)
      const below = memory.slice(v, x)
      if (probes < 0) core.logDensity(v, 0.4, x, 3, traces)
      if (probes < 0) core.velocity(v, 0.4, x, 3, out)
      else core.divergence(v, 0.4, x, 3, u, probes, out, traces)
      expect(memory.subarray(top + bytes, top + bytes + 4096).every((byte) => byte === 0x5a)).toBe(true)
      expect(memory.slice(v, x)).toEqual(below)
    }
  }
)

it('a velocity for which memory cannot grow is NaN, not a trap', async () => {
  const core = await newCore()
  const v = core.newMixture(0, 65536, 10000, 16, 16, 16, 0) // its scratch would be 10 GB
  const x = core.alloc(4 * 65536)
  const out = core.alloc(4 * 65536)
  core.velocity(v, 0.5, x, 1, out)
  expect(new Float32Array(core.memory.buffer, out, 65536).every(Number.isNaN)).toBe(true)
})
