import { largestOf } from '../../theory/base.ts'
import type { Traits } from '../../network/traits.ts'
import { evaluateTangents } from '../evaluate.ts'
import { expectMemory } from '../memory.ts'
import { isInt8 } from '../partOf.ts'
import { lipschitzBytes, networkLipschitz } from '../lipschitz.ts'
import { noise } from '../noise.ts'
import { drawProbes } from '../probes.ts'
import type { Still } from '../still.ts'
import { stills } from '../trajectory.ts'
import { arrivalOf, arrivedRows, measuredOn } from './arrival.ts'
import { traitsOfTarget, UNROUNDED } from './learned.ts'
import { boundTimes, growthStatement } from './learnedGrowth.ts'
import { runOf, type Measuring } from './measuring.ts'
import { curve, show, showAtMost, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const ROWS = 8
const ROUNDS = 8 // of power iteration
const LOOKS = 9 // times at which the slopes are looked at
const WEIGHTS = { text: 'the weights are finite, as they were read', status: 'checked' } as const

/** What a learned velocity's weights say of it, and what its derivatives show. */
export async function networkStatements(
  subject: Subject,
  measuring: Measuring,
  [from, to]: readonly [number, number],
  points: number
): Promise<Statement[]> {
  const { engine } = subject
  const weights = isInt8(subject.flowFile.target) ? [WEIGHTS, UNROUNDED] : [WEIGHTS]
  const times = boundTimes(subject, from, to, points)
  expectMemory(engine, 'count', 1, () => lipschitzBytes(engine))
  const bounds = networkLipschitz(engine, times)
  await measuring.pause()
  const local = measuring.count > 0 ? await localStatements(subject, measuring) : []
  if (!bounds.every(Number.isFinite)) return [unbounded(subject, from, to), ...local]
  return [
    {
      id: 'velocity-lipschitz',
      kind: 'computed',
      value: curve(times, bounds),
      at: { from, to },
      hypotheses: weights,
      source: 'the product of the spectral norms of the layers, each certified by a Cholesky factorisation',
      text: `|v(t, x) - v(t, y)| <= value(t) |x - y| for all x and y, at the times listed; at most ${showAtMost(largestOf(bounds))}. Layer norms make such a product far larger than what happens.`
    },
    growthStatement(subject, times, bounds, weights),
    ...local
  ]
}

/** Where the layers' norms bound nothing: why. */
function unbounded({ flowFile }: Subject, from: number, to: number): Statement {
  const traits = traitsOfTarget(flowFile.target)
  return {
    id: 'velocity-lipschitz',
    kind: 'computed',
    value: null,
    at: { from, to },
    hypotheses: [],
    source: traits.attends ? SELF_ATTENTION : '',
    text: `No bound on the derivative of the velocity over all x: ${reasonOf(traits)}.`
  }
}

const SELF_ATTENTION =
  'Kim, Papamakarios & Mnih, "The Lipschitz Constant of Self-Attention", arXiv 2006.04710'

function reasonOf({ divides, attends, multiplies, slope }: Traits): string {
  if (divides) return 'a norm of the network has an epsilon of 0'
  if (!attends && !multiplies) return "the product of the layers' norms is more than a double holds"
  const does = [...(attends ? ['attends to'] : []), ...(multiplies ? ['multiplies'] : [])].join(' and ')
  const but =
    slope === 'local'
      ? 'the derivative of that grows with the state'
      : "the layers' norms alone do not bound that, though it is bounded"
  return `the network ${does} what it makes of the state, and ${but}`
}

/** The largest derivatives that are seen along some ways: of the velocity, by power iteration, and of the flow map. */
async function localStatements({ engine, ...subject }: Subject, measuring: Measuring): Promise<Statement[]> {
  const { core, dim } = engine
  const { seed, pause, solving } = measuring
  const count = Math.min(ROWS, measuring.count)
  const frames = Array.from({ length: LOOKS }, (_, i) => i / (LOOKS - 1))
  const start = noise(engine, { count, seed, first: 0 })
  const run = runOf({ engine, ...subject }, measuring, 0, 1, solving)
  const view = { pause, finish: () => undefined }
  const looks: Still[] = []
  for await (const still of stills(engine, start, count, run, frames, view)) looks.push(still)
  const arrival = arrivalOf(looks)
  const rows = arrival.rows.length
  const along = looks.map(({ time, data }) => ({ time, data: arrivedRows(data, arrival, dim) }))
  const probes = drawProbes(core, { k: 1, kind: 'gaussian', seed, first: 0 }, count, dim)
  let grown = arrivedRows(probes, arrival, dim)
  const first = lengths(grown, rows)
  const steepest: number[] = []
  for (const [i, look] of along.entries()) {
    if (rows === 0) break
    steepest.push(steepestAt(engine, look.data, rows, look.time, seed))
    if (i > 0) grown = carried(engine, along[i - 1], look, rows, grown)
    await pause()
  }
  const text = `on ${rows} ways`
  const slope = measuredOn(
    arrival,
    () => largestOf(steepest),
    (most) =>
      `The steepest derivative of the velocity that was seen ${text} is ${show(most)}; others may be steeper.`
  )
  const growth = measuredOn(
    arrival,
    () => largestOf(lengths(grown, rows).map((length, i) => length / first[i])),
    (most) =>
      `A random direction grew by ${showAtMost(most)} at most ${text} from noise to data; others may grow more.`
  )
  const shared = { kind: 'estimated', at: { from: 0, to: 1 }, hypotheses: [] } as const
  return [
    {
      ...shared,
      id: 'velocity-lipschitz-local',
      value: slope.value === null ? null : curve(frames, steepest),
      source: 'power iteration on derivatives along directions',
      text: slope.text
    },
    {
      ...shared,
      id: 'flow-map-lipschitz-local',
      value: growth.value,
      source: 'the equation of variations, by Heun between the frames',
      text: growth.text
    }
  ]
}

/** max |grad v u| over the rows, |u| = 1, by power iteration from a random direction. */
function steepestAt(
  engine: Parameters<typeof evaluateTangents>[0],
  x: Float32Array,
  count: number,
  time: number,
  seed: number
): number {
  let u = drawProbes(engine.core, { k: 1, kind: 'gaussian', seed, first: 1000 }, count, engine.dim)
  let most = 0
  for (let round = 0; round < ROUNDS; round++) {
    unit(u, count)
    u = evaluateTangents(engine, x, count, u, 1, time).tangents
    most = Math.max(most, largestOf(lengths(u, count)))
  }
  return most
}

/** Directions carried along the way by du/dt = grad v(t, X_t) u, one step of Heun's method. */
function carried(
  engine: Parameters<typeof evaluateTangents>[0],
  before: { time: number; data: Float32Array },
  after: { time: number; data: Float32Array },
  count: number,
  u: Float32Array
): Float32Array {
  const h = after.time - before.time
  const slope = evaluateTangents(engine, before.data, count, u, 1, before.time).tangents
  const guess = u.map((value, i) => value + h * slope[i])
  const end = evaluateTangents(engine, after.data, count, guess, 1, after.time).tangents
  return u.map((value, i) => value + (h / 2) * (slope[i] + end[i]))
}

function lengths(rows: Float32Array, count: number): number[] {
  const dim = rows.length / count
  return Array.from({ length: count }, (_, i) => {
    let sum = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) sum += rows[j] * rows[j]
    return Math.sqrt(sum)
  })
}

function unit(rows: Float32Array, count: number): void {
  const dim = rows.length / count
  lengths(rows, count).forEach((length, i) => {
    if (length > 0) for (let j = i * dim; j < (i + 1) * dim; j++) rows[j] /= length
  })
}
