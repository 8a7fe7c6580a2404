import { largestOf } from '../../theory/base.ts'
import type { RowStatus } from '../../types.ts'
import { logDensity } from '../evaluate.ts'
import { logProbOf, sourceLogDensity } from '../logProb.ts'
import { noise } from '../noise.ts'
import { tracingOf, type Tracing } from '../probes.ts'
import { solvingOf, type Solving } from '../solving.ts'
import { transport } from '../transport.ts'
import { arrivalOf, measuredOn } from './arrival.ts'
import { runOf, type Measuring } from './measuring.ts'
import { showAtMost, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const FEW = 8 // rows of a network, whose densities are dear

/** How far log-densities along the flow are off by the solver: from the formula, or from those of half the steps. */
export async function logDensityStatement(subject: Subject, measuring: Measuring): Promise<Statement[]> {
  const { engine } = subject
  const { solving, seed, pause } = measuring
  if (!engine.finiteAtEnd || !solving.solver.followsVelocity) return []
  const count = engine.closedForm ? measuring.count : Math.min(FEW, measuring.count)
  const z = noise(engine, { count, seed, first: 0 })
  const decoded = transport(engine, z, count, runOf(subject, measuring, 0, 1, solving))
  const x = decoded.data
  await pause()
  // The same probes for both: what differs is the solver alone.
  const tracing = tracingOf(engine.closedForm ? {} : { divergence: 'hutchinson', probes: 1, seed })
  const along = densities(subject, measuring, x, count, tracing, solving)
  await pause()
  const other: Densities = engine.closedForm
    ? { logProb: logDensity(engine, x, count, 1), status: decoded.status }
    : densities(subject, measuring, x, count, tracing, coarse(solving))
  const against = engine.closedForm ? 'its formula' : 'that of steps twice as long, by the same probe'
  const arrival = arrivalOf([decoded, along, { status: other.status, by: 'by steps twice as long' }])
  const { value, text } = measuredOn(
    arrival,
    () => largestOf(arrival.rows.map((row) => Math.abs(along.logProb[row] - other.logProb[row]))),
    (off) =>
      `The log-density along the flow differs from ${against} by ${showAtMost(off)} at most on ${arrival.rows.length} samples.`
  )
  return [
    {
      id: 'log-density-error',
      kind: 'estimated',
      value,
      at: { from: 1, to: 0 },
      hypotheses: [],
      source: engine.closedForm ? 'measured against the formula' : 'measured by comparison of step sizes',
      text
    }
  ]
}

interface Densities {
  readonly logProb: Float64Array
  readonly status: readonly RowStatus[]
}

function densities(
  subject: Subject,
  measuring: Measuring,
  x: Float32Array,
  count: number,
  tracing: Tracing,
  solving: Solving
): Densities {
  const run = { ...runOf(subject, measuring, 1, 0, solving), tracing }
  const { data, integrals, status } = transport(subject.engine, x, count, run)
  const source = sourceLogDensity(subject.engine, data, count)
  const turned = integrals.map((value) => -value)
  return { logProb: logProbOf(source, turned, tracing, 0, status).logProb, status }
}

function coarse(solving: Solving): Solving {
  if (solving.kind === 'adaptive') return { ...solving, rtol: 10 * solving.rtol, atol: 10 * solving.atol }
  return solvingOf({ solver: solving.solver.name, steps: Math.ceil(solving.steps / 2), grid: solving.grid })
}
