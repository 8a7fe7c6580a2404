import { toBatch } from '../io/batch.ts'
import { QuantityOptionsSchema, TangentOptionsSchema, VelocityOptionsSchema } from '../schema/request.ts'
import { GaussflowError } from '../error.ts'
import { defined } from './defined.ts'
import type { Engine } from './engine.ts'
import { evaluate, evaluateDivergence, evaluateTangents, type Quantity } from './evaluate.ts'
import type {
  Points,
  QuantityOptions,
  QuantityResult,
  TangentOptions,
  TangentResult,
  VelocityOptions,
  VelocityResult
} from './flow.ts'
import { tracingOfVelocity } from './probes.ts'
import { checkFields, expectObject, refuse } from './request.ts'
import { telling } from './told.ts'

// What a flow can be asked at one time, of points that are states.

/** The velocity, with its divergence where that is wanted. */
export function askVelocity(own: Engine, x: Points, options: VelocityOptions): VelocityResult {
  const request = checkFields(VelocityOptionsSchema, options)
  const { time } = request
  const tracing = tracingOfVelocity(request)
  const { count, dim, data } = toBatch(x, 'input', own.dim)
  const engine = telling(own, request, count)
  expectTime(engine, 'velocity', time)
  if (tracing === undefined) {
    const velocity = { count, dim, data: evaluate(engine, 'velocity', data, count, time) }
    return { velocity, nfe: 1, ...engine.mark }
  }
  const found = evaluateDivergence(engine, tracing, data, count, time)
  return {
    ...defined(found),
    velocity: { count, dim, data: found.velocity },
    divergence: found.divergence,
    nfe: 1,
    ...engine.mark
  }
}

/** The velocity and its derivative along the directions, as many of each point. */
export function askTangent(own: Engine, x: Points, options: TangentOptions): TangentResult {
  const { directions, ...rest } = expectObject(options)
  const request = checkFields(TangentOptionsSchema, rest)
  const { time } = request
  const { count, dim, data } = toBatch(x, 'input', own.dim)
  const engine = telling(own, request, count)
  const along = toBatch(directions, 'directions', engine.dim)
  expectTime(engine, 'velocity', time)
  if (along.count % count !== 0) {
    const message = `\`directions\` must have as many rows as \`input\`, ${count}, or a multiple of that, got ${along.count}`
    throw new GaussflowError('shape_mismatch', message, { path: 'directions' })
  }
  const found = evaluateTangents(engine, data, count, along.data, along.count / count, time)
  return {
    velocity: { count, dim, data: found.velocity },
    tangents: { count: along.count, dim, data: found.tangents },
    nfe: 1,
    ...engine.mark
  }
}

/** Any other estimate of the interpolant. */
export function askQuantity(
  own: Engine,
  quantity: Quantity,
  x: Points,
  options: QuantityOptions
): QuantityResult {
  const request = checkFields(QuantityOptionsSchema, options)
  const { time } = request
  const { count, dim, data } = toBatch(x, 'input', own.dim)
  const engine = telling(own, request, count)
  expectTime(engine, quantity, time)
  return { count, dim, data: evaluate(engine, quantity, data, count, time), nfe: 1, ...engine.mark }
}

/** Refuses what no flow of this kind has at time 1. */
function expectTime({ closedForm, finiteAtEnd }: Engine, quantity: Quantity, time: number): void {
  if (time !== 1) return
  if (!finiteAtEnd) refuse('time', `be below 1 for the ${quantity} of a data set without bandwidth, got 1`)
  if (!closedForm && (quantity === 'score' || quantity === 'noise'))
    refuse('time', `be below 1 for the ${quantity} of a network, which would be divided by a(1) = 0, got 1`)
}
