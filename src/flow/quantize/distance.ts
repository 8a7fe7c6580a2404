import { errorNodes } from '../../theory/stability.ts'
import type { Batch } from '../../types.ts'
import { raised } from '../certificate/distance.ts'
import type { Curve, Statement } from '../certificate/statement.ts'
import type { Flow } from '../flow.ts'

const CELLS = 2 // of eight nodes each
const LEG = { solver: 'heun', steps: 4, error: false } as const
const SAMPLES = 8 // ways on which the certificate looks at the derivatives

/** What bounds the 2-Wasserstein distance of the laws that two flows make of the same noise; in units of the states. */
export interface LawDistance {
  /** sqrt(E |X_1 - X~_1|^2) of the same noise, which the distance is at most; estimated. */
  readonly sameNoise: number
  /**
   * int_0^1 exp(int_t^1 L(u) du) sqrt(E |v - v~|^2) dt along the ways of v~, with L >= Lip(v(u, .)) as the certificate of v has
   * it: `computed` from the weights, or `estimated` as the steepest derivative that was seen. The error of the velocity is measured in
   * both. Null where a double cannot hold it.
   */
  readonly stability: { readonly computed: number | null; readonly estimated: number | null }
  /** What all of them rest on. */
  readonly text: string
}

/** Two standard errors are added to all that is measured. Networks that are told something are told nothing here. */
export async function lawDistance(
  float: Flow,
  rounded: Flow,
  { count, seed }: { readonly count: number; readonly seed: number }
): Promise<LawDistance> {
  const nodes = errorNodes(CELLS)
  let x: Batch = rounded.source({ count, seed })
  const errors = nodes.times.map((time, i) => {
    x = rounded.transport(x, { from: i === 0 ? 0 : nodes.times[i - 1], to: time, ...LEG })
    const [ours, theirs] = [float, rounded].map((flow) => flow.velocity(x, { time }).velocity.data)
    return raised(ours, theirs, count)
  })
  const { statements } = await float.certify({ samples: Math.min(SAMPLES, count), seed })
  const grown = (id: string): number | null => {
    const slopes = curveOf(statements, id)
    if (slopes === undefined) return null
    const sum = nodes.weights.reduce(
      (all, weight, i) => all + weight * Math.exp(integralFrom(slopes, nodes.times[i])) * errors[i],
      0
    )
    return Number.isFinite(sum) ? sum : null
  }
  const source = float.source({ count, seed })
  const ends = [float, rounded].map((flow) => flow.transport(source, { from: 0, to: 1, error: false }))
  return {
    sameNoise: raised(ends[0].data, ends[1].data, count),
    stability: { computed: grown('velocity-lipschitz'), estimated: grown('velocity-lipschitz-local') },
    text: `Measured on ${count} ways, with two standard errors added: more ways may show more.`
  }
}

/** The numbers of a statement, where it has one for each of its times. */
function curveOf(statements: readonly Statement[], id: string): Curve | undefined {
  const value = statements.find((statement) => statement.id === id)?.value
  return typeof value === 'object' && value !== null && 't' in value ? value : undefined
}

/** int_from^1 of a curve, each stretch between two of its times by the larger of the two. */
function integralFrom({ t, value }: Curve, from: number): number {
  return t.slice(1).reduce((sum, end, i) => {
    const length = Math.max(0, end - Math.max(t[i], from))
    const most = Math.max(value[i] ?? Infinity, value[i + 1] ?? Infinity)
    return length === 0 ? sum : sum + length * most
  }, 0)
}
