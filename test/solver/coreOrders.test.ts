import { describe, expect, it } from 'vitest'
import { openFlow, type FlowFile, type SolverName } from '../../src/index.ts'
import { solvers, tableaus, type Solver, type Tableau } from '../../src/solver/index.ts'
import { mixtureVelocity } from '../reference/mixture.ts'
import { integrate } from '../reference/rungeKutta.ts'

// The noise of this flow decays at one rate all the way, variance preserving with b = e^(-beta (1 - t) / 2), and fast: even
// methods of order 5 show their order while their errors are far above those of 32 bits.
const BETA = 30
const WEIGHTS = [0.4, 0.6]
const MEANS = [
  [-3, 1],
  [3, -1]
]
const STD = 4
const file: FlowFile = {
  schedule: { kind: 'vp', betaMin: BETA, betaMax: BETA },
  target: { kind: 'mixture', weights: WEIGHTS, means: MEANS, stds: [STD, STD] }
}
const [COUNT, SEED] = [64, 1]
const flow = await openFlow(file)
const noise = flow.source({ count: COUNT, seed: SEED })

const target = { weights: WEIGHTS, means: MEANS, variances: MEANS.map((mean) => mean.map(() => STD ** 2)) }
const velocity = (t: number, x: readonly number[]) => {
  const b = Math.exp((-BETA * (1 - t)) / 2)
  const db = (BETA * b) / 2
  return mixtureVelocity(target, { a: Math.sqrt(1 - b * b), aDa: -b * db, b, db }, x)
}
const finest = tableaus.find(({ name }) => name === 'dopri5') as Tableau
/** Where a method of 64 bits brings the noise. */
const in64 = (tableau: Tableau, [from, to]: Way, steps: number) =>
  Array.from({ length: COUNT }, (_, i) => [...noise.data.subarray(2 * i, 2 * i + 2)]).flatMap((row) =>
    integrate(
      tableau,
      velocity,
      row,
      Array.from({ length: steps + 1 }, (_, n) => from + ((to - from) * n) / steps)
    )
  )

type Way = readonly [from: number, to: number]
const WHOLE: Way = [0, 1]
/** Where log(b / a), in which DPM-Solver++ extrapolates, is infinite its step is of the first order. */
const INNER: Way = [0.1, 0.9]
const wayOf = ({ name }: Solver) => (name === 'dpmpp2m' ? INNER : WHOLE)

/** Step counts by order, at which the next power of the step no longer counts and 32 bits do not yet. */
const FORWARD: Readonly<Record<number, number>> = { 1: 256, 2: 128, 3: 96, 4: 40, 5: 11 }
/** Tsitouras' error of order 5 is so small that those of the orders beside it hide it but for a narrow place. */
const forwardSteps = ({ name, order }: Solver) => (name === 'tsit5' ? 14 : FORWARD[order])

const distance = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Math.hypot(...Array.from(x, (value, i) => value - y[i]))

/** Where the core brings the noise; the stochastic solver without its noise is a method for the flow as well. */
function inCore({ name }: Solver, [from, to]: Way, steps: number): Float32Array {
  if (name === 'stochastic')
    return flow.sample({ count: COUNT, seed: SEED, solver: name, steps, epsilon: 0 }).data
  return flow.transport(noise, { from, to, solver: name, steps, error: false }).data
}

const exact = new Map([WHOLE, INNER].map((way) => [way, in64(finest, way, 1200)]))

describe.each(solvers)('$name', (solver) => {
  const way = wayOf(solver)
  const end = exact.get(way)!
  const error = (steps: number) => distance(inCore(solver, way, steps), end)
  const steps = forwardSteps(solver)

  it('converges in the core with the order that it states', () => {
    expect(Math.abs(Math.log2(error(steps) / error(2 * steps)) - solver.order)).toBeLessThan(0.15)
  })

  const { tableau } = solver
  if (tableau !== undefined)
    it('has in the core the error that it has in 64 bits, at the steps that show its order', () => {
      const rounding = distance(inCore(solver, way, 2 * steps), in64(tableau, way, 2 * steps))
      expect(rounding).toBeLessThan(0.2 * error(2 * steps))
    })
})

/** There and back: an even order gains one, as the leading error of the one way undoes that of the other. */
const ROUND: Partial<Record<SolverName, readonly [order: number, steps: number]>> = {
  euler: [1, 512],
  midpoint: [3, 32],
  heun: [3, 64],
  rk4: [5, 24],
  bosh3: [3, 32]
}

describe.each(Object.entries(ROUND))('%s', (name, [order, steps]) => {
  it('comes back in the core with the order of its round trip', () => {
    const how = (n: number) => ({ solver: name as SolverName, steps: n, error: false })
    const error = (n: number) => distance(flow.encode(flow.decode(noise, how(n)), how(n)).data, noise.data)
    expect(Math.abs(Math.log2(error(steps) / error(2 * steps)) - order)).toBeLessThan(0.15)
  })
})
