import { GaussflowError } from '../error.ts'
import type { Flow } from '../flow/flow.ts'
import { readModel, type Model, type ModelSource } from '../flow/source.ts'
import type { Told } from '../network/condition.ts'
import { nodePlatform } from '../platform/node.ts'
import type { Condition } from '../schema/architecture.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { Target } from '../schema/flowFile.ts'
import type { Batch } from '../types.ts'
import { rows } from './batches.ts'
import { STREAM, uniforms } from './draws.ts'
import { trainedFlow } from './model.ts'
import { checkCount } from './prepare.ts'
import { openNetwork, tellingOf } from './openNetwork.ts'
import type { TrainOptions, TrainResult } from './options.ts'
import { straightnessOf, type Straightness } from './straightness.ts'
import { train } from './train.ts'

type Given = 'architecture' | 'schedule' | 'prediction' | 'denoiserUntil' | 'coupling' | 'dequantise'
type Paired = 'data' | 'heldOut' | 'noise' | 'heldOutNoise' | 'heldOutConditions' | 'preprocessing' | 'start'

export interface ReflowOptions extends Omit<TrainOptions, Given | Paired> {
  /** How many pairs of noise and sample to draw from the model, and how many more to judge by. @default 10000, 512 */
  readonly pairs?: number
  readonly heldOutPairs?: number
  /** Of a network that is told something: the guidance of the pairs, which the new model then has at guidance 1. @default 1 */
  readonly guidance?: number
}

export interface ReflowResult extends TrainResult {
  readonly before: Straightness
  readonly after: Straightness
  /** The manifest of the model, where it had one. */
  readonly manifest: Manifest | undefined
}

/**
 * Straightens the paths of a trained network: draws pairs (z, X_1(z)) from its own flow, by the core with 16 steps of Heun, and
 * goes on training it on the lines between them. The end points stay what they were, up to the errors of the training; fewer
 * steps reach them. Straightness is measured before and after from the noise of the held-out pairs.
 *
 * Labels are dealt out evenly; of numbers that a network is told, `conditions` are told in turn. A share `conditionDropout` of
 * the pairs is drawn from the flow of what is told nothing.
 *
 * @throws GaussflowError `invalid_argument` for a model that is no network on the linear schedule, where lines are the paths
 * @see Liu, Gong & Liu, "Flow straight and fast", arXiv 2209.03003.
 */
export async function reflow(source: ModelSource, options: ReflowOptions): Promise<ReflowResult> {
  const { pairs = 10_000, heldOutPairs = 512, guidance, conditions = [], ...rest } = options
  const { conditionDropout = 0.1, seed = 0 } = rest
  checkCount('pairs', pairs)
  checkCount('heldOutPairs', heldOutPairs)
  const model = await readModel(nodePlatform, source)
  const target = networkOf(model)
  const { architecture, prediction, denoiserUntil } = target
  if (architecture.condition === undefined && guidance !== undefined)
    refuse('guidance', 'must be left out of a network that is told nothing')
  const told = tellEach(architecture.condition, pairs + heldOutPairs, conditions, conditionDropout, seed)
  using flow = await openNetwork(model.flowFile, model.tensors)
  const noise = flow.source({ count: pairs + heldOutPairs, seed })
  const guiding = guidance === undefined ? {} : { guidance }
  const data = await carried(flow, noise, told, guiding, rest.signal)
  const cut = (batch: Batch, from: number, to: number): Batch => rows(batch, range(from, to))
  const end = pairs + heldOutPairs
  const judge = { noise: cut(noise, pairs, end), told: told.slice(pairs) }

  const before = measured(flow, judge.noise, judge.told, guiding)
  const result = await train({
    ...rest,
    ...{ architecture, prediction, denoiserUntil, schedule: 'linear', start: model.tensors },
    ...{ data: cut(data, 0, pairs), noise: cut(noise, 0, pairs) },
    ...{ heldOut: cut(data, pairs, end), heldOutNoise: judge.noise },
    ...(architecture.condition && { conditions: told.slice(0, pairs), heldOutConditions: judge.told }),
    conditionDropout: 0
  })
  using straight = await openNetwork(trainedFlow(result), result.tensors)
  const after = measured(straight, judge.noise, judge.told, {})
  return { ...result, before, after, manifest: model.manifest }
}

type Trained = Omit<Target & { kind: 'network' }, 'prediction'> & {
  readonly prediction: 'velocity' | 'denoiser'
}

function networkOf({ target, schedule }: Model): Trained {
  const name = typeof schedule === 'string' ? schedule : schedule.kind
  if (target.kind !== 'network') refuse('model', `must be a trained network, got a ${target.kind}`)
  if (name !== 'linear' || target.trainedSchedule !== undefined)
    refuse('model', `must be a network that was trained on the linear schedule, got ${name}`)
  if (target.prediction === 'noise')
    refuse('model', 'must be a network that predicts the velocity or the denoiser, got one of the noise')
  return { ...target, prediction: target.prediction }
}

/** What each pair is told; undefined where that is nothing. */
function tellEach(
  condition: Condition | undefined,
  count: number,
  conditions: readonly Told[],
  dropout: number,
  seed: number
): Told[] {
  if (condition === undefined) return new Array<Told>(count).fill(undefined)
  if (condition.kind === 'vector' && conditions.length === 0)
    refuse('conditions', 'must be given for a network that is told numbers, got none')
  return Array.from({ length: count }, (_, i) => {
    if (uniforms(seed, STREAM.dropout, 0, i, 1)[0] < dropout) return undefined
    return condition.kind === 'label' ? i % condition.classes : conditions[i % conditions.length]
  })
}

const SLICE = 1024 // rows between two looks at the signal

/** The ends of the ways from the noise; rows that did not arrive are refused, as no model could learn from them. */
async function carried(
  flow: Flow,
  noise: Batch,
  told: readonly Told[],
  guiding: object,
  signal: AbortSignal | undefined
): Promise<Batch> {
  const out = new Float32Array(noise.data.length)
  for (const [places, telling] of parts(told, guiding)) {
    for (let at = 0; at < places.length; at += SLICE) {
      const some = places.slice(at, at + SLICE)
      const of = tellingOf(telling.told.slice(at, at + SLICE))
      const solving = { solver: 'heun', steps: 16, error: false } as const
      const { data, status } = flow.decode(rows(noise, some), { ...solving, ...of, ...telling.guiding })
      if (status.some((one) => one !== 'ok'))
        refuse('model', 'must carry noise to finite numbers, and does not')
      some.forEach((row, i) => out.set(data.subarray(i * noise.dim, (i + 1) * noise.dim), row * noise.dim))
      await new Promise((resolve) => setImmediate(resolve))
      if (signal?.aborted === true)
        throw new GaussflowError('aborted', 'stopped while pairs were drawn, before training began')
    }
  }
  return { ...noise, data: out }
}

type Part = readonly [
  places: readonly number[],
  telling: { told: (number | ArrayLike<number>)[]; guiding: object }
]

/** The rows that are told something, and those that are not: one request tells all of its rows or none. */
function parts(told: readonly Told[], guiding: object): Part[] {
  const some: number[] = []
  const none: number[] = []
  const given: (number | ArrayLike<number>)[] = []
  told.forEach((one, i) => {
    if (one === undefined) none.push(i)
    else {
      some.push(i)
      given.push(one)
    }
  })
  const both: Part[] = [
    [some, { told: given, guiding }],
    [none, { told: [], guiding: {} }]
  ]
  return both.filter(([places]) => places.length > 0)
}

/** The straightness of both parts together, each by its share. */
function measured(flow: Flow, noise: Batch, told: readonly Told[], guiding: object): Straightness {
  let straightness = 0
  let squares = 0
  for (const [places, telling] of parts(told, guiding)) {
    const share = places.length / noise.count
    const part = straightnessOf(flow, rows(noise, places), { ...tellingOf(telling.told), ...telling.guiding })
    straightness += share * part.straightness
    squares += share * part.eulerError ** 2
  }
  return { straightness, eulerError: Math.sqrt(squares) }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

function refuse(path: string, what: string): never {
  throw new GaussflowError('invalid_argument', `\`${path}\` ${what}`, { path })
}
