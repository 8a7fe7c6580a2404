import type { Mixture } from '../target/mixture.ts'
import type { Cost } from './cost.ts'

/** A target in the core. */
export interface Placed {
  readonly velocity: number
  readonly dim: number
  /** What an evaluation takes. */
  readonly cost: Cost
  /** Whether the velocity is finite up to time 1: it is not where the law there has no density. */
  readonly finiteAtEnd: boolean
  /** The target with its eigenvalues, where it is a mixture of Gaussians: they take long to find. */
  readonly mixture: Mixture | undefined
}
