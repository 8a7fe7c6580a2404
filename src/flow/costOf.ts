import type { FlowFile } from '../schema/flowFile.ts'
import { closedFormCost } from './closedForm.ts'
import type { Cost } from './cost.ts'
import { networkCost } from './networkCost.ts'

/** The cost of any flow's velocity, before it is opened: with all kinds of targets at hand. */
export function costOf({ target }: FlowFile): Cost {
  return target.kind === 'network' ? networkCost(target.architecture) : closedFormCost(target)
}
