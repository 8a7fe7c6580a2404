import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { newEngine, type Engine } from '../../src/flow/engine.ts'
import { evaluateTangents } from '../../src/flow/evaluate.ts'
import { layerNorms, networkLipschitz } from '../../src/flow/lipschitz.ts'
import { onSchedule, readModel } from '../../src/flow/source.ts'
import { nodePlatform } from '../../src/platform/node.ts'
import { ACTIVATIONS, type Architecture } from '../../src/schema/architecture.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { newCore, putF32 } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'

const module = await WebAssembly.compile(await readFile(new URL('../../build/core.wasm', import.meta.url)))
const TIMES = [0, 0.1, 0.37, 0.8, 0.97, 1]

const architectures: Architecture[] = [
  ...ACTIVATIONS.map((activation) => ({ kind: 'mlp' as const, dim: 5, hidden: [9, 13], activation })),
  { kind: 'residual-mlp', dim: 6, width: 12, depth: 2, timeWidth: 8, activation: 'silu' },
  {
    kind: 'mixer',
    image: [4, 4, 1],
    patch: 2,
    width: 7,
    depth: 2,
    tokenHidden: 5,
    channelHidden: 9,
    timeWidth: 8,
    activation: 'gelu'
  },
  {
    kind: 'unet',
    image: [4, 6, 1],
    width: 4,
    multipliers: [1, 2],
    blocks: 1,
    groups: 2,
    timeWidth: 8,
    activation: 'silu'
  }
]

const engineOf = async (
  architecture: Architecture,
  flow: object,
  schedule?: (typeof SCHEDULE_NAMES)[number]
) => {
  const target = {
    kind: 'network',
    architecture,
    weights: 'weights.safetensors',
    prediction: 'velocity',
    ...flow
  }
  const own = await readModel(
    nodePlatform,
    networkModel(architecture, 4, { flow: { schedule: 'linear', target } })
  )
  return await newEngine({ module, kernel: 'plain' }, schedule ? onSchedule(own, schedule) : own, 2 ** 28)
}

/** The largest |grad v u| / |u| at some states along some directions. */
function steepest(engine: Engine, time: number): number {
  const [count, k] = [12, 6]
  const x = Float32Array.from(randomRows(1, count, engine.dim, 2).flat())
  const u = Float32Array.from(randomRows(2, count * k, engine.dim).flat())
  const { tangents } = evaluateTangents(engine, x, count, u, k, time)
  const size = (all: Float32Array, i: number) =>
    Math.hypot(...all.subarray(i * engine.dim, (i + 1) * engine.dim))
  return Math.max(...Array.from({ length: count * k }, (_, i) => size(tangents, i) / size(u, i)))
}

describe.each(architectures)('the bound of a $kind with $activation', (architecture) => {
  it.each([
    ['of its velocity', {}, undefined],
    ['of its denoiser', { prediction: 'denoiser', denoiserUntil: 0.9 }, undefined],
    ...SCHEDULE_NAMES.map((name) => [`on the schedule ${name}`, {}, name] as const)
  ] as const)('%s is at least every derivative that is seen', async (_, flow, schedule) => {
    const engine = await engineOf(architecture, flow, schedule)
    const bounds = networkLipschitz(engine, TIMES)
    TIMES.forEach((time, i) => {
      expect(steepest(engine, time)).toBeLessThanOrEqual(bounds[i] * (1 + 1e-5))
    })
  })
})

it('is what is seen where a network is two linear maps that agree on the steepest direction', async () => {
  // W = 2 e f^T through one hidden unit: the norms of both layers multiply.
  const architecture: Architecture = { kind: 'mlp', dim: 3, hidden: [1], activation: 'identity' }
  const engine = await engineOf(architecture, {})
  const [bound] = networkLipschitz(engine, [0.5])
  const units = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  const { tangents } = evaluateTangents(engine, new Float32Array(3), 1, units, 3, 0.5)
  expect(Math.hypot(...tangents) / bound).toBeCloseTo(1, 5)
})

it('does not exist for a network that attends', async () => {
  const transformer: Architecture = {
    kind: 'patch-transformer',
    image: [4, 4, 1],
    patch: 2,
    width: 8,
    depth: 1,
    heads: 2,
    hidden: 8,
    timeWidth: 8,
    activation: 'silu'
  }
  expect(networkLipschitz(await engineOf(transformer, {}), [0.2, 1])).toEqual([Infinity, Infinity])
  using flow = await openFlow(networkModel(transformer, 4))
  const { statements } = await flow.certify({ samples: 4 })
  const [bound] = statements.filter(({ id }) => id === 'velocity-lipschitz')
  expect(bound).toMatchObject({ kind: 'computed', value: null })
  expect(bound.text).toMatch(/^No bound on the derivative of the velocity/)
  expect(statements.filter(({ id, kind }) => id === 'flow-map-lipschitz' && kind !== 'proved')).toEqual([])
  expect(statements.map(({ id }) => id)).toContain('flow-map-lipschitz-local')
})

it('does not depend on the time where the time is one more coordinate', async () => {
  const engine = await engineOf(architectures[1], {})
  expect(new Set(networkLipschitz(engine, TIMES)).size).toBe(1)
})

it('gives one norm for each layer with weights', async () => {
  expect(layerNorms(await engineOf(architectures[1], {}))).toHaveLength(3)
})

describe('the spectral norm', () => {
  const shapes = [
    [1, 1],
    [3, 8],
    [8, 3],
    [17, 16],
    [40, 9]
  ] as const

  it.each(shapes)('of a %i x %i matrix is its largest singular value, and never less', async (n, k) => {
    const core = await newCore()
    for (const seed of [1, 2, 3]) {
      const rows = randomRows(seed, n, k)
      const packed = core.alloc(core.packedBytes(k, n))
      core.packDense(putF32(core, rows.flat()), n, k, packed)
      // (W^T W)^64 v, in doubles
      let v = Array.from({ length: k }, (_, j) => 1 + (j % 3))
      let norm = 0
      for (let round = 0; round < 5000; round++) {
        const w = rows.map((row) => row.reduce((sum, value, j) => sum + Math.fround(value) * v[j], 0))
        const back = v.map((_, j) => rows.reduce((sum, row, i) => sum + Math.fround(row[j]) * w[i], 0))
        norm = Math.sqrt(Math.hypot(...back) / Math.hypot(...v))
        v = back.map((value) => value / Math.hypot(...back))
      }
      const scratch = core.alloc(core.spectralScratch(n, k))
      for (const found of [
        core.spectralNorm(packed, true, n, k, scratch),
        core.spectralNorm(putF32(core, rows.flat()), false, n, k, scratch)
      ]) {
        expect(found).toBeGreaterThanOrEqual(norm)
        expect(found).toBeLessThan(norm * (1 + 1e-6))
      }
    }
  })

  it('is certified where the first guess is orthogonal to the steepest direction', async () => {
    const core = await newCore()
    // The start is (0.5, 0.3...): a matrix that sends it to nearly nothing but is steep across it.
    const start = Array.from({ length: 2 }, (_, i) => 1 + (0.5 * (((i * 7919) % 101) - 50)) / 50)
    const across = [-start[1], start[0]].map((value) => (3 * value) / Math.hypot(...start))
    const scratch = core.alloc(core.spectralScratch(2, 2))
    const along = start.map((value) => value / Math.hypot(...start))
    const rows = putF32(core, [...across, ...along])
    expect(core.spectralNorm(rows, false, 2, 2, scratch)).toBeGreaterThan(2.999)
  })

  it('of nothing but zeros is zero', async () => {
    const core = await newCore()
    expect(
      core.spectralNorm(
        putF32(core, new Float32Array(12)),
        false,
        3,
        4,
        core.alloc(core.spectralScratch(3, 4))
      )
    ).toBe(0)
  })
})
