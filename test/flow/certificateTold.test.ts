import { describe, expect, it } from 'vitest'
import { openFlow, stands, type Curve, type Flow, type TellingOptions } from '../../src/index.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'

const NETWORKS: Record<string, { architecture: Architecture; tellings: TellingOptions[] }> = {
  'a perceptron that is told a label': {
    architecture: {
      kind: 'mlp',
      dim: 3,
      hidden: [16],
      activation: 'relu',
      condition: { kind: 'label', classes: 4 }
    },
    tellings: [{}, { label: 1 }, { label: 1, guidance: 5 }, { label: 2, guidance: 100 }]
  },
  'a residual perceptron that is told numbers': {
    architecture: {
      kind: 'residual-mlp',
      dim: 2,
      width: 6,
      depth: 1,
      timeWidth: 4,
      activation: 'silu',
      condition: { kind: 'vector', size: 2 }
    },
    tellings: [
      {},
      { condition: [1, -1] },
      { condition: [1, 1], guidance: 20 },
      { condition: [9, 9], guidance: 0 }
    ]
  }
}
const TIME = 0.4
const SHORT = 1e-2

const opened = (architecture: Architecture): Promise<Flow> =>
  openFlow(
    networkModel(architecture, 31, {
      flow: {
        schedule: 'linear',
        target: { kind: 'network', architecture, prediction: 'velocity', weights: 'weights.safetensors' }
      }
    })
  )

const certified = async (flow: Flow, telling: TellingOptions) =>
  (await flow.certify({ samples: 0, points: 2, from: TIME, to: TIME + 0.1, ...telling })).statements

/** The largest |v(x) - v(y)| / |x - y| over some pairs of points near each other. */
function steepest(flow: Flow, telling: TellingOptions): number {
  const [starts, ways] = [randomRows(3, 200, flow.dim), randomRows(4, 200, flow.dim)]
  const pairs = starts.flatMap((x, i) => [x, x.map((value, j) => value + SHORT * ways[i][j])])
  const { data } = flow.velocity(pairs, { time: TIME, ...telling }).velocity
  const apart = (rows: (j: number) => number, others: (j: number) => number): number =>
    Math.hypot(...Array.from({ length: flow.dim }, (_, j) => rows(j) - others(j)))
  return Math.max(
    ...starts.map((_, i) => {
      const at = 2 * i * flow.dim
      const moved = apart((j) => data[at + j], (j) => data[at + flow.dim + j]) // prettier-ignore
      return moved / apart((j) => Math.fround(pairs[2 * i][j]), (j) => Math.fround(pairs[2 * i + 1][j])) // prettier-ignore
    })
  )
}

describe.each(Object.entries(NETWORKS))('the certificate of %s', (_, { architecture, tellings }) => {
  it.each(tellings)('bounds the velocity that is told %j, and says so', async (telling) => {
    using flow = await opened(architecture)
    const statements = await certified(flow, telling)
    const bound = statements.find(({ id }) => id === 'velocity-lipschitz')!.value as Curve
    const seen = steepest(flow, telling)
    expect(bound.value[0]).toBeGreaterThanOrEqual(seen * (1 - 1e-4))
    const { guidance = 1, ...plain } = telling
    for (const { hypotheses } of statements.filter(stands)) {
      const { text, status } = hypotheses.at(-1)!
      expect(status).toBe('checked')
      expect(text).toContain(
        Object.keys(plain).length === 0 ? 'is told nothing' : Object.values(plain)[0].toString()
      )
      expect(text.includes('guidance')).toBe(guidance !== 1)
    }
  })

  it('weighs the bounds of the network that hears and of the one that does not', async () => {
    using flow = await opened(architecture)
    const boundOf = async (telling: TellingOptions): Promise<number> => {
      const statement = (await certified(flow, telling)).find(({ id }) => id === 'velocity-lipschitz')!
      return (statement.value as Curve).value[0]!
    }
    const { guidance: _, ...plain } = tellings[1]
    const [nothing, told, guided] = [
      await boundOf({}),
      await boundOf(plain),
      await boundOf({ ...plain, guidance: 3 })
    ]
    expect(guided).toBeCloseTo(2 * nothing + 3 * told, 9)
    const outside = await boundOf({ ...plain, guidance: 3, guidanceInterval: [0.9, 1] })
    expect(outside).toBe(told)
  })

  it('hears one for all samples', async () => {
    using flow = await opened(architecture)
    const { condition } = architecture
    const two = condition?.kind === 'label' ? { label: [0, 1] } : { condition: [[0, 1], [1, 0]] } // prettier-ignore
    await expect(certified(flow, two)).rejects.toThrow(/must be one for all rows/)
    expect(refusal(() => flow.sample(two)).message).toMatch(/must be one for all rows/)
  })
})
