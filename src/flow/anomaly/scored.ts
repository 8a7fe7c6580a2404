import type { Manifest } from '../../schema/manifest.ts'
import type { Engine } from '../engine.ts'
import type { Flow } from '../flow.ts'
import type { Preprocessing } from '../preprocessing.ts'

/** A flow as scores of anomaly see it. */
export interface Scored {
  readonly engine: Engine
  readonly flowFile: Manifest['flow']
  readonly manifest: Manifest | undefined
  readonly preprocessing: Preprocessing
  readonly flow: Pick<Flow, 'logProb'>
}
