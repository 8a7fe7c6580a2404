/**
 * Gaussian interpolation flows: sample, encode and decode flow-matching models in WebAssembly. The entry for browsers.
 *
 * @module
 */
import { opener, type OpenFlow } from './flow/open.ts'
import { webPlatform } from './platform/web.ts'

export * from './exports.ts'

/** Opens a model folder or flow file by its URL, or a flow file's object. */
export const openFlow: OpenFlow = opener(webPlatform)
