import { exp, log } from './elementary.ts'
import { distancePowers } from './neighbours.ts'
import type { Batch } from '../types.ts'
import type { Pair } from './pair.ts'

const COARSER = 4 // the steps of epsilon on the way down
const EARLY = 20 // iterations at each of them: only where it starts from depends on it
const WIDEST = 1e100 // of a scaling: beyond, kernel entries that vanished might count

/** Where the iterations end. */
export interface EntropicLimits {
  readonly epsilon: number
  readonly iterations: number
  readonly tolerance: number
}

export interface Entropic {
  readonly cost: number
  readonly transportCost: number
  readonly marginalError: number
  readonly iterations: number
}

/** Potentials f, g of a coupling P_ij = exp((f_i + g_j - C_ij) / eps) / (n m), and room for its scaled kernel. */
interface Potentials {
  readonly n: number
  readonly m: number
  readonly cost: Float64Array
  readonly kernel: Float64Array
  readonly f: Float64Array
  readonly g: Float64Array
}

/** Entropic transport of the cost |x - y|^order between points of equal weights. */
export function entropicTransport({ x, y }: Pair, order: 1 | 2, limits: EntropicLimits): Entropic {
  const cost = distancePowers(x, y, order)
  const [n, m] = [x.count, y.count]
  const kernel = new Float64Array(n * m)
  const potentials = { n, m, cost, kernel, f: new Float64Array(n), g: new Float64Array(m) }
  const largest = cost.reduce((most, value) => Math.max(most, value), 0)
  for (let epsilon = largest; epsilon > limits.epsilon * COARSER; epsilon /= COARSER) {
    iterate(potentials, { ...limits, epsilon, iterations: EARLY })
  }
  const { marginalError, iterations } = iterate(potentials, limits)
  return { ...costs(potentials, limits.epsilon), marginalError, iterations }
}

/**
 * The cost of a set to itself, OT_eps(x, x): both potentials are one, and half a step at a time halves its error, whatever eps is.
 *
 * @see Feydy et al., "Interpolating between Optimal Transport and MMD using Sinkhorn Divergences", section 3.
 */
export function selfTransport(
  x: Batch,
  order: 1 | 2,
  limits: EntropicLimits
): Pick<Entropic, 'cost' | 'marginalError'> {
  const n = x.count
  const cost = distancePowers(x, x, order)
  const f = new Float64Array(n)
  const next = new Float64Array(n)
  for (let done = 0; ; done++) {
    softRows({ n, m: n, cost, f: next, g: f }, limits.epsilon)
    let marginalError = 0
    for (let i = 0; i < n; i++) {
      marginalError += Math.abs(exp((f[i] - next[i]) / limits.epsilon) - 1) / n
    }
    if (done >= limits.iterations || marginalError <= limits.tolerance)
      return { cost: 2 * meanOf(f), marginalError }
    for (let i = 0; i < n; i++) f[i] = f[i] / 2 + next[i] / 2
  }
}

/** Iterates until the marginals are met or the iterations run out; columns are always met. */
function iterate(
  potentials: Potentials,
  { epsilon, iterations, tolerance }: EntropicLimits
): { marginalError: number; iterations: number } {
  let marginalError = Infinity
  let done = 0
  while (done < iterations && marginalError > tolerance) {
    // One iteration on the potentials themselves, then as many on factors beside them as those can carry.
    softRows(potentials, epsilon)
    softColumns(potentials, epsilon)
    done++
    const scaled = scale(potentials, epsilon, iterations - done, tolerance)
    done += scaled.iterations
    marginalError = scaled.marginalError
  }
  return { marginalError, iterations: done }
}

/** f_i = -eps log mean_j exp((g_j - C_ij) / eps). */
function softRows({ n, m, cost, f, g }: Omit<Potentials, 'kernel'>, epsilon: number): void {
  for (let i = 0; i < n; i++) {
    let most = -Infinity
    for (let j = 0, at = i * m; j < m; j++, at++) most = Math.max(most, g[j] - cost[at])
    let sum = 0
    for (let j = 0, at = i * m; j < m; j++, at++) sum += exp((g[j] - cost[at] - most) / epsilon)
    f[i] = -most - epsilon * log(sum / m)
  }
}

/** g_j = -eps log mean_i exp((f_i - C_ij) / eps), row after row, as the matrix lies. */
function softColumns({ n, m, cost, f, g }: Potentials, epsilon: number): void {
  const most = new Float64Array(m).fill(-Infinity)
  const sums = new Float64Array(m)
  for (let i = 0; i < n; i++)
    for (let j = 0, at = i * m; j < m; j++, at++) most[j] = Math.max(most[j], f[i] - cost[at])
  for (let i = 0; i < n; i++)
    for (let j = 0, at = i * m; j < m; j++, at++) sums[j] += exp((f[i] - cost[at] - most[j]) / epsilon)
  for (let j = 0; j < m; j++) g[j] = -most[j] - epsilon * log(sums[j] / n)
}

/**
 * Iterations on factors u, v of a kernel that has the potentials in it, which takes no exponentials; they go into the
 * potentials at the end, or before they grow too wide.
 */
function scale(
  { n, m, cost, kernel, f, g }: Potentials,
  epsilon: number,
  iterations: number,
  tolerance: number
): { marginalError: number; iterations: number } {
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < m; j++, at++) kernel[at] = exp((f[i] + g[j] - cost[at]) / epsilon)
  const u = new Float64Array(n).fill(1)
  const v = new Float64Array(m).fill(1)
  const rows = new Float64Array(n)
  const columns = new Float64Array(m)
  let marginalError = rowSums(kernel, v, rows)
  let done = 0
  // A u of the rows would be too wide, or would divide by a row that vanished: the potentials carry it.
  while (done < iterations && marginalError > tolerance && rows.every((sum) => tame(1 / sum))) {
    columns.fill(0)
    for (let i = 0, at = 0; i < n; i++) {
      u[i] = 1 / rows[i]
      for (let j = 0; j < m; j++, at++) columns[j] += kernel[at] * u[i]
    }
    for (let j = 0; j < m; j++) v[j] = n / columns[j]
    done++
    const wide = !v.every(tame)
    rowSums(kernel, v, rows)
    marginalError = rows.reduce((sum, row, i) => sum + Math.abs(u[i] * row - 1), 0) / n
    if (wide) break
  }
  for (let i = 0; i < n; i++) f[i] += epsilon * log(u[i])
  for (let j = 0; j < m; j++) g[j] += epsilon * log(v[j])
  return { marginalError, iterations: done }
}

const tame = (factor: number): boolean => factor < WIDEST && factor > 1 / WIDEST

/** mean_j K_ij v_j of each row; returns how far they are from 1, on average. */
function rowSums(kernel: Float64Array, v: Float64Array, rows: Float64Array): number {
  const m = v.length
  let error = 0
  for (let i = 0, at = 0; i < rows.length; i++) {
    let sum = 0
    for (let j = 0; j < m; j++, at++) sum += kernel[at] * v[j]
    rows[i] = sum / m
    error += Math.abs(rows[i] - 1)
  }
  return error / rows.length
}

/** The optimum by its potentials, mean f + mean g, and the mean cost of the coupling. */
function costs({ n, m, cost, f, g }: Potentials, epsilon: number): { cost: number; transportCost: number } {
  let transport = 0
  for (let i = 0, at = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < m; j++, at++) sum += cost[at] * exp((f[i] + g[j] - cost[at]) / epsilon)
    transport += sum
  }
  return { cost: meanOf(f) + meanOf(g), transportCost: transport / n / m }
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
