/**
 * Gaussian interpolation flows: sample, encode and decode flow-matching models in WebAssembly. The entry for Cloudflare Workers.
 *
 * @module
 */
import { opener, type OpenFlow } from './flow/open.ts'
import { workerdPlatform } from './platform/workerd.ts'

export * from './exports.ts'

/** Opens a flow file's object, the content of a model folder, or either by its absolute URL. */
export const openFlow: OpenFlow = opener(workerdPlatform)
