/**
 * Gaussian interpolation flows: sample, encode and decode flow-matching models in WebAssembly. The entry for Node.
 *
 * @module
 */
import { opener, type OpenFlow } from './flow/open.ts'
import { nodePlatform } from './platform/node.ts'

export * from './exports.ts'

/** Opens a bundled model by name, a model folder or flow file by its path, or a flow file's object. */
export const openFlow: OpenFlow = opener(nodePlatform)
