import { largestOf } from '../../theory/base.ts'
import { logDensity } from '../evaluate.ts'
import { sourceLogDensity } from '../logProb.ts'
import { logProbOf } from '../logProb.ts'
import { noise } from '../noise.ts'
import { tracingOf, type Tracing } from '../probes.ts'
import { solvingOf, type Solving } from '../solving.ts'
import { transport } from '../transport.ts'
import { runOf, type Measuring } from './measuring.ts'
import { finite, showAtMost, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const FEW = 8 // rows of a network, whose densities are dear

/** How far log-densities along the flow are off by the solver: from the formula, or from those of half the steps. */
export async function logDensityStatement(subject: Subject, measuring: Measuring): Promise<Statement[]> {
  const { engine } = subject
  const { solving, seed, pause } = measuring
  if (!engine.finiteAtEnd || !solving.solver.followsVelocity) return []
  const count = engine.closedForm ? measuring.count : Math.min(FEW, measuring.count)
  const z = noise(engine, { count, seed, first: 0 })
  const x = transport(engine, z, count, runOf(subject, measuring, 0, 1, solving)).data
  await pause()
  // The same probes for both: what differs is the solver alone.
  const tracing = tracingOf(engine.closedForm ? {} : { divergence: 'hutchinson', probes: 1, seed })
  const along = densities(subject, measuring, x, count, tracing, solving)
  await pause()
  const other = engine.closedForm
    ? logDensity(engine, x, count, 1)
    : densities(subject, measuring, x, count, tracing, coarse(solving))
  const off = largestOf(along.map((value, i) => Math.abs(value - other[i])))
  const against = engine.closedForm ? 'its formula' : 'that of steps twice as long, by the same probe'
  return [
    {
      id: 'log-density-error',
      kind: 'estimated',
      value: finite(off),
      at: { from: 1, to: 0 },
      hypotheses: [],
      source: engine.closedForm ? 'measured against the formula' : 'measured by comparison of step sizes',
      text: `The log-density along the flow differs from ${against} by ${showAtMost(off)} at most on ${count} samples.`
    }
  ]
}

function densities(
  subject: Subject,
  measuring: Measuring,
  x: Float32Array,
  count: number,
  tracing: Tracing,
  solving: Solving
): Float64Array {
  const run = { ...runOf(subject, measuring, 1, 0, solving), tracing }
  const { data, integrals, status } = transport(subject.engine, x, count, run)
  const source = sourceLogDensity(subject.engine, data, count)
  return logProbOf(
    source,
    integrals.map((value) => -value),
    tracing,
    0,
    status
  ).logProb
}

function coarse(solving: Solving): Solving {
  if (solving.kind === 'adaptive') return { ...solving, rtol: 10 * solving.rtol, atol: 10 * solving.atol }
  return solvingOf({ solver: solving.solver.name, steps: Math.ceil(solving.steps / 2), grid: solving.grid })
}
