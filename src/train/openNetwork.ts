import type { Flow } from '../flow/flow.ts'
import { opener } from '../flow/open.ts'
import { formatSafetensors } from '../io/safetensors.ts'
import { nodePlatform } from '../platform/node.ts'
import type { Manifest } from '../schema/manifest.ts'
import type { Tensors } from '../types.ts'

/** A network in the core, in units of the flow's states: without what a manifest says of the data. */
export async function openNetwork(flow: Manifest['flow'], tensors: Tensors): Promise<Flow> {
  const { target } = flow
  const files = target.kind === 'network' ? { [target.weights]: formatSafetensors(tensors) } : {}
  return await opener(nodePlatform)({ manifest: flow, files })
}

/** What rows are told as a request has it: of all of them or of none. */
export function tellingOf(told: readonly (number | ArrayLike<number>)[]): object {
  if (told.length === 0) return {}
  return typeof told[0] === 'number'
    ? { label: told }
    : { condition: told.map((one) => Array.from(one as ArrayLike<number>)) }
}
