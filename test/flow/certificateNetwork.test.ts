import { describe, expect, it } from 'vitest'
import { openFlow, type CertifyOptions, type Curve, type Flow, type Statement } from '../../src/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { int8Models } from '../fixtures/int8.ts'
import { graphModel, layer, SQUARE } from './graphs.ts'
import { perceptron } from './flows.ts'

const state = { op: 'state' }
const squared = layer('last', [[1, 0], [0, 1]]) // prettier-ignore
const last = { op: 'dense', name: 'last', width: 2 }

const certified = async (flow: Flow, options: CertifyOptions<Flow> = {}) => {
  const { statements } = await flow.certify({ samples: 0, points: 3, ...options })
  return (id: string): Statement => statements.find((one) => one.id === id)!
}
const textsOf = ({ hypotheses }: Statement): string => hypotheses.map(({ text }) => text).join('\n')

describe('whether there is one solution through every point', () => {
  it('a network whose operations are all Lipschitz has one on all of the way, by Picard and Lindeloef', async () => {
    using flow = await openFlow(networkModel(perceptron, 3))
    const found = (await certified(flow))('existence-uniqueness')
    expect(found).toMatchObject({ kind: 'proved', value: true, source: 'Picard and Lindeloef' })
    expect(textsOf(found)).toMatch(/every operation of the network is Lipschitz in the state \(/)
    expect(textsOf(found)).toMatch(/^v is continuous in the time$/m)
    expect(found.hypotheses.every(({ status }) => status === 'checked')).toBe(true)
  })

  it('one that squares the state has it as long as it stays finite, and a round trip is not shown to add nothing', async () => {
    using flow = await openFlow(SQUARE)
    expect(flow.decode([[1]], { solver: 'dopri5' }).status).not.toEqual(['ok']) // it has left at 1/3
    const at = await certified(flow, { samples: 2, steps: 4 })
    expect(at('existence-uniqueness')).toMatchObject({ kind: 'proved', value: null, hypotheses: [] })
    expect(at('existence-uniqueness').text).toMatch(/for as long as it stays finite/)
    expect(at('round-trip-model')).toMatchObject({ value: null, hypotheses: [] })
    expect(at('velocity-lipschitz').value).toBeNull()
    expect(at('velocity-lipschitz').text).toMatch(
      /the network multiplies what it makes .* grows with the state/
    )
  })

  it('one that attends to the state itself has it, since it grows no faster than that', async () => {
    using flow = await openFlow(
      graphModel(
        2,
        [state, { op: 'attention', inputs: [0, 0, 0], heads: 1 }, { ...last, inputs: [1] }],
        squared
      )
    )
    const at = await certified(flow, { samples: 2, steps: 4 })
    const found = at('existence-uniqueness')
    expect(found).toMatchObject({ value: true, source: 'Picard and Lindeloef; Groenwall' })
    expect(textsOf(found)).toMatch(/on bounded parts of space/)
    expect(textsOf(found)).toMatch(/\|v\(t, x\)\| <= A \+ B \|x\|: an attention gives a convex combination/)
    expect(at('velocity-lipschitz').text).toMatch(
      /the network attends to what it makes .* grows with the state/
    )
    expect(at('round-trip-model')).toMatchObject({ value: 0, hypotheses: found.hypotheses })
  })

  it('one that attends to what is normed, or multiplies what is bounded, is Lipschitz, though by no number', async () => {
    const nodes = [
      state,
      { op: 'rmsNorm', inputs: [0], epsilon: 1e-6 },
      { op: 'attention', inputs: [1, 1, 1], heads: 1 },
      { op: 'multiply', inputs: [2, 1] },
      { ...last, inputs: [3] }
    ]
    using flow = await openFlow(graphModel(2, nodes, squared))
    const at = await certified(flow)
    expect(at('existence-uniqueness')).toMatchObject({ value: true, source: 'Picard and Lindeloef' })
    expect(textsOf(at('existence-uniqueness'))).toMatch(/attends to, and what it multiplies .* is bounded/)
    expect(at('velocity-lipschitz').text).toMatch(/attends to and multiplies .* though it is bounded/)
  })

  it.each(['layerNorm', 'rmsNorm'])('nothing is known of one whose %s divides by zero', async (op) => {
    const nodes = [state, { op, inputs: [0], epsilon: 0 }, { ...last, inputs: [1] }]
    using flow = await openFlow(graphModel(2, nodes, squared))
    const point = op === 'layerNorm' ? [1, 1] : [0, 0]
    expect([...flow.velocity([point], { time: 0.5 }).velocity.data]).toEqual([NaN, NaN])
    const at = await certified(flow)
    expect(at('existence-uniqueness')).toMatchObject({ value: null, hypotheses: [] })
    expect(at('existence-uniqueness').text).toMatch(/an epsilon of 0 and divides by 0/)
    expect(at('velocity-lipschitz').text).toMatch(/^No bound .*: a norm of the network has an epsilon of 0/)
  })

  it('where the norms of an attention go on into a layer of zeros, there is no bound and no NaN', async () => {
    const nodes = [state, { op: 'attention', inputs: [0, 0, 0], heads: 1 }, { ...last, inputs: [1] }]
    using flow = await openFlow(graphModel(2, nodes, layer('last', [[0, 0], [0, 0]]))) // prettier-ignore
    expect((await certified(flow))('velocity-lipschitz').text).toMatch(/^No bound/)
  })

  it('a product of norms that no double holds is told as such', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `l${i}`)
    const nodes = [state, ...names.map((name, i) => ({ op: 'dense', name, inputs: [i], width: 1 }))]
    const tensors = Object.assign({}, ...names.map((name) => layer(name, [[1e38]]))) as ReturnType<
      typeof layer
    >
    using flow = await openFlow(graphModel(1, nodes, tensors))
    const at = await certified(flow)
    expect(at('velocity-lipschitz').text).toMatch(
      /: the product of the layers' norms is more than a double holds/
    )
    expect(at('existence-uniqueness').value).toBe(true)
  })

  it('one of 8 bits has it where its inputs are not rounded, and says that', async () => {
    using flow = await openFlow(int8Models(perceptron, 3).int8)
    const at = await certified(flow, { samples: 2, steps: 4 })
    const found = at('existence-uniqueness')
    expect(found.text).toMatch(/v is that of inputs that are not rounded to 8 bits/)
    expect(found.hypotheses.at(-1)).toMatchObject({ status: 'assumed' })
    expect(found.hypotheses.at(-1)?.text).toMatch(/before they are rounded/)
    expect(at('round-trip-model').hypotheses).toEqual(found.hypotheses)
  })

  it('a guided one jumps where the interval begins and ends, and solutions go on', async () => {
    const architecture = { ...perceptron, condition: { kind: 'label', classes: 2 } } as const
    using flow = await openFlow(networkModel(architecture, 3))
    const of = async (options: CertifyOptions<Flow>): Promise<string> =>
      textsOf((await certified(flow, options))('existence-uniqueness'))
    const both = { label: 1, guidance: 3, guidanceInterval: [0.25, 0.5] } as const
    expect(await of(both)).toMatch(/in the time but at 0\.25 and 0\.5, the ends of the guidance interval/)
    expect(await of({ ...both, guidanceInterval: [0, 0.5] })).toMatch(/in the time but at 0\.5, an end of/)
    expect(await of({ ...both, guidance: 1 })).toMatch(/^v is continuous in the time$/m)
    expect(await of({ label: 1, guidance: 3 })).toMatch(/^v is continuous in the time$/m)
  })

  it('on another schedule than its own it says what of the change is needed', async () => {
    using flow = await openFlow(networkModel(perceptron, 3), { schedule: 'follmer' })
    expect(textsOf((await certified(flow))('existence-uniqueness'))).toMatch(/X_t = s\(t\) Y_c\(t\)/)
    using own = await openFlow(networkModel(perceptron, 3), { schedule: 'linear' })
    expect(textsOf((await certified(own))('existence-uniqueness'))).not.toMatch(/Y_c/)
  })
})

describe('how far two points move apart', () => {
  /** v = x where the label 1 is told, and 0 where nothing is: guided, v = w x. */
  const scaled = graphModel(
    1,
    [
      state,
      { op: 'condition' },
      { op: 'dense', name: 'told', inputs: [1], width: 1 },
      { op: 'multiply', inputs: [0, 2] }
    ],
    layer('told', [[0, 1, 0]]),
    { condition: { kind: 'label', classes: 2 } }
  )
  const growthOf = async (flow: Flow, options: CertifyOptions<Flow> = {}) => {
    const { statements } = await flow.certify({ samples: 0, points: 33, ...options })
    const [growth, slope] = ['flow-map-lipschitz', 'velocity-lipschitz'].map((id) =>
      statements.find((one) => one.id === id && one.kind !== 'proved')!
    )
    return { ...growth, number: Number(growth.value), slopes: slope.value as Curve }
  }

  it.each([
    [[0.001, 0.03], 0.029],
    [[0, 0.4], 0.4],
    [[0.7, 1], 0.3],
    [[0.25, 0.5], 0.25],
    [[0, 1], 1],
    [[0.51, 0.511], 0.001]
  ] as const)('a guidance within %j is integrated where it is', async (guidanceInterval, length) => {
    using flow = await openFlow(scaled)
    const told = { label: 1, guidance: 20, guidanceInterval } as const
    const { kind, number, slopes } = await growthOf(flow, told)
    expect(kind).toBe('computed')
    // |v_none| has no slope, and the bound |1 - w| 0 + |w| 1 is the slope itself.
    expect(Math.log(number) / (1 - length + 20 * length)).toBeCloseTo(1, 9)
    slopes.t.forEach((t, i) => {
      expect(slopes.value[i]).toBe(t >= guidanceInterval[0] && t <= guidanceInterval[1] ? 20 : 1)
    })
    const steps = slopes.t.filter((t) => t >= guidanceInterval[0] && t <= guidanceInterval[1])
    expect(steps.length).toBeGreaterThanOrEqual(9)
    expect(slopes.t).toEqual([...new Set(slopes.t)].sort((one, other) => one - other))
    const part = await growthOf(flow, { ...told, from: 0.5, to: 0.6 })
    const [begin, end] = [Math.max(0.5, guidanceInterval[0]), Math.min(0.6, guidanceInterval[1])]
    // An interval that ends where the part begins is that of the first stretch for a step of the times.
    if (end > begin) expect(Math.log(part.number)).toBeCloseTo(0.1 + 19 * (end - begin), 9)
  })

  it('is an estimate where the time multiplies the state: a bump between the times is not seen', async () => {
    const steep = 4000
    const bump = graphModel(
      1,
      [
        state,
        { op: 'time' },
        { op: 'dense', name: 'a', inputs: [1], width: 2, activation: 'sigmoid' },
        { op: 'dense', name: 'b', inputs: [2], width: 1 },
        { op: 'multiply', inputs: [0, 3] }
      ],
      {
        ...layer('a', [[steep], [steep]], [-steep * 0.503625, -steep * 0.527625]),
        ...layer('b', [[300, -300]])
      }
    )
    using flow = await openFlow(bump)
    const apart = flow.decode([[1]], { solver: 'rk4', steps: 4000, error: false }).data[0]
    const { kind, number, text, hypotheses } = await growthOf(flow)
    expect(apart).toBeGreaterThan(1000)
    expect(number).toBeLessThan(1.1)
    expect(kind).toBe('estimated')
    expect(text).toMatch(/^Two points are estimated to move apart/)
    expect(hypotheses.some(({ status }) => status === 'assumed')).toBe(true)
  })

  it.each([
    [
      'a velocity in which the time is one more coordinate',
      { prediction: 'velocity' },
      undefined,
      'computed'
    ],
    [
      'a denoiser, whose velocity has coefficients of the time',
      { prediction: 'denoiser' },
      undefined,
      'estimated'
    ],
    ['a velocity on another schedule', { prediction: 'velocity' }, 'trigonometric', 'estimated']
  ] as const)('of %s', async (_, predicting, schedule, kind) => {
    const target = {
      kind: 'network',
      architecture: perceptron,
      weights: 'weights.safetensors',
      ...predicting
    }
    const source = networkModel(perceptron, 3, { flow: { schedule: 'linear', target } })
    using flow = await openFlow(source, schedule === undefined ? {} : { schedule })
    expect((await growthOf(flow)).kind).toBe(kind)
  })
})

describe('of v = A x, what is seen on samples', () => {
  const linear = (diagonal: readonly number[]) => {
    const dim = diagonal.length
    const nodes = [state, { op: 'dense', name: 'a', inputs: [0], width: dim }]
    return graphModel(
      dim,
      nodes,
      layer('a', diagonal.map((value, i) => diagonal.map((_, j) => (i === j ? value : 0)))) // prettier-ignore
    )
  }

  it('is the largest of its eigenvalues, where the others are a sixth of it', async () => {
    using flow = await openFlow(linear([3, ...new Array<number>(23).fill(0.5)]))
    const at = await certified(flow, { samples: 8, steps: 4 })
    const { value } = at('velocity-lipschitz-local').value as Curve
    expect(value).toHaveLength(9)
    for (const slope of value) expect(Number(slope)).toBeCloseTo(3, 5)
    expect(at('velocity-lipschitz-local').text).toContain('on 8 ways is 3;')
  })

  it('is the growth of a direction, by the second order in the eight steps of it', async () => {
    const rate = 1.5
    using flow = await openFlow(linear([rate, rate, rate]))
    const growth = Number((await certified(flow, { samples: 4, steps: 4 }))('flow-map-lipschitz-local').value)
    const step = rate / 8
    expect(growth).toBeCloseTo((1 + step + step ** 2 / 2) ** 8, 5)
    expect(growth).toBeLessThan(Math.exp(rate))
    expect(growth).toBeGreaterThan(0.99 * Math.exp(rate))
  })
})
