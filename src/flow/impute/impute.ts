import { GUIDING, ImputeOptionsSchema, type ImputeFields } from '../../schema/impute.ts'
import type { Manifest } from '../../schema/manifest.ts'
import type { Batch } from '../../types.ts'
import type { WatchingOptions } from '../asked.ts'
import { transportOf } from '../carry.ts'
import type { Engine } from '../engine.ts'
import { expectMemory, stateBytes } from '../memory.ts'
import { rowsOfPart } from '../parts.ts'
import { pauses } from '../pause.ts'
import type { Preprocessing } from '../preprocessing.ts'
import { checkDraw, checkOptions, refuse, refuseGiven } from '../request.ts'
import { expectGoing } from '../slices.ts'
import { solvingOf } from '../solving.ts'
import { telling } from '../told.ts'
import { rowStatus } from '../transport.ts'
import { componentsOf } from './components.ts'
import { posteriorOf } from './exact.ts'
import { guidedDraws } from './guided.ts'
import { observationsOf, type Observations } from './observations.ts'
import type { ImputeOptions, ImputeResult } from './options.ts'
import { GRID, ITERATIONS, STEPS } from './price.ts'

/** A flow as imputation sees it. */
export interface Imputed {
  readonly engine: Engine
  readonly flowFile: Manifest['flow']
  readonly preprocessing: Preprocessing
}

/** The formula where there is one, unless a field says how to go along the flow. */
export function methodOf(request: ImputeFields, closedForm: boolean): ImputeResult['method'] {
  const given = GUIDING.find((name) => request[name] !== undefined)
  const { method = closedForm && given === undefined ? 'exact' : 'guided' } = request
  if (method === 'guided') return method
  if (!closedForm) refuse('method', 'be "guided" for a network, whose conditional law has no formula')
  if (given !== undefined)
    refuseGiven({ [given]: request[given] }, 'with the method exact, which is a formula', 'choose guided')
  return method
}

/**
 * Draws what is missing of rows, or states that were observed through a matrix, given what is known.
 *
 * @throws GaussflowError as `observationsOf`, `telling` and `expectMemory`; `aborted`
 */
export async function impute(
  { engine: own, flowFile, preprocessing }: Imputed,
  x: unknown,
  options: ImputeOptions
): Promise<ImputeResult> {
  const request = checkOptions(ImputeOptionsSchema, options)
  const method = methodOf(request, own.closedForm)
  const observations = observationsOf(x, request, own.dim, preprocessing)
  const { count } = request
  const rows = observations.rows.length
  const engine = telling(own, request, rows, count)
  checkDraw({ count: rows * count, first: request.first })
  expectMemory(engine, 'count', count, (draws) => stateBytes(engine, rows * draws))
  expectGoing(request.signal)
  const { data, ...facts } =
    method === 'exact'
      ? { ...(await exact({ engine, flowFile }, observations, request)), nfe: 0 }
      : await guided(engine, observations, request)
  preprocessing.toData(data)
  const { dim } = engine
  for (let i = 0; i < rows * count; i++) observations.restore(Math.floor(i / count), data, i * dim)
  const status = rowStatus(data, rows * count, dim)
  return { count: rows * count, dim, data, method, ...facts, ...engine.mark, status }
}

type Request = ImputeFields & WatchingOptions
type Drawn = Pick<Batch, 'data'> & { readonly data: Float32Array<ArrayBuffer> }

async function exact(
  { engine, flowFile }: Pick<Imputed, 'engine' | 'flowFile'>,
  { rows }: Observations,
  request: Request
): Promise<Drawn> {
  const { count, onProgress, signal } = request
  const { core, dim, mixture } = engine
  const components = componentsOf(flowFile.target, mixture, core)
  const data = new Float32Array(rows.length * count * dim)
  const pause = pauses(signal)
  // Rows that are observed alike one after the other: what their operator takes is found once.
  let done = 0
  for (const [operator, alike] of Map.groupBy(rows.keys(), (i) => rows[i].operator)) {
    const draw = posteriorOf(core, components, operator)
    for (const i of alike) {
      draw(rows[i].values, i, request, data.subarray(i * count * dim, (i + 1) * count * dim))
      onProgress?.(++done, rows.length)
      await pause()
    }
  }
  return { data }
}

async function guided(
  engine: Engine,
  { rows }: Observations,
  request: Request
): Promise<Drawn & { nfe: number; steps: number }> {
  const { steps, grid, times, iterations = ITERATIONS, count, onProgress, signal } = request
  const own = times === undefined ? { steps: steps ?? STEPS, grid: grid ?? GRID } : { times, steps, grid }
  const solving = solvingOf({ solver: 'ddim', ...own })
  const run = transportOf(engine, { field: 'count', solving, from: 0, to: 1, options: {} })
  const draws = rows.flatMap((row) => new Array<typeof row>(count).fill(row))
  // A derivative along one direction is about as dear as the velocity that comes with it.
  const most = rowsOfPart(engine, run)
  const going = { times: run.times, iterations, most, pause: pauses(signal), onProgress }
  const drawn = await guidedDraws(engine, draws, request, going)
  return { ...drawn, steps: run.times.length - 1 }
}
