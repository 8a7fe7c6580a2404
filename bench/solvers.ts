/** How many evaluations, and how long, does each solver need to come within 1e-3 of the flow's end, against Euler's method? */
import { openFlow, solvers, type Flow, type SolverName } from '../src/index.ts'
import { compare, interleave, type Question, type Row } from './measure.ts'
import { noiseOf, roundMixture } from './targets.ts'

const [BATCH, DIM, BOUND] = [64, 4, 1e-3]

interface Found {
  readonly name: SolverName
  readonly nfe: number
  readonly error: number
  readonly run: () => Float32Array
}

export const solversQuestion: Question = {
  title: 'Solvers: evaluations and time to an error of at most 1e-3, against Euler',
  unit: 'milliseconds',
  async measure(effort) {
    const { file } = roundMixture(3, DIM)
    using flow = await openFlow(file)
    const z = { count: BATCH, dim: DIM, data: noiseOf(BATCH, DIM) }
    const exact = flow.decode(z, {
      solver: 'dopri5',
      rtol: 1e-8,
      atol: 1e-8,
      error: false,
      maxSteps: 100_000
    }).data
    const found = solvers
      .filter(({ name }) => name !== 'stochastic') // whose ends are other ones
      .map(({ name }) => fewestSteps(flow, z, exact, name))
    const times = await interleave(
      found.map(({ run }) => run),
      effort
    )
    const euler = times[found.findIndex(({ name }) => name === 'euler')]
    return found.map(({ name, nfe, error }, i): Row => {
      const label = `${name}: ${nfe} evaluations, error ${error.toExponential(1)}, plain`
      return compare({ question: 'solvers', case: label, batch: BATCH, peer: 'euler' }, times[i], euler)
    })
  }
}

/** The fewest equal steps among 2, 3, 4, 6, 8, 12, ... with which a solver comes within the bound. */
function fewestSteps(
  flow: Flow,
  z: { count: number; dim: number; data: Float32Array },
  exact: Float32Array,
  name: SolverName
): Found {
  for (let steps = 2; steps <= 10_000; steps = (steps & (steps - 1)) === 0 ? 1.5 * steps : (4 * steps) / 3) {
    const run = () => flow.decode(z, { solver: name, steps, error: false }).data
    const { nfe } = flow.decode(z, { solver: name, steps, error: false })
    const error = run().reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0)
    if (error <= BOUND) return { name, nfe, error, run }
  }
  throw new Error(`${name} does not come within ${BOUND}`)
}
