// The platform forbids compiling bytes at run time: the module is compiled when the worker is deployed. Its engine has the
// products of 8-bit integers, and the build with them has all parts, with the bits of the plain ones.
import core from '../../build/core.worker.wasm'
import { refuseKernel } from './compiled.ts'
import type { Platform } from './platform.ts'
import { locateUrl } from './web.ts'

/** Cloudflare Workers: models are absolute URLs; bundled ones are opened from their bytes. */
export const workerdPlatform: Platform = {
  // eslint-disable-next-line @typescript-eslint/require-await -- a refusal is a rejected promise
  core: async (kernel) =>
    kernel === 'plain'
      ? { module: core, kernel }
      : refuseKernel(kernel, 'a worker carries the core that answers the same everywhere'),
  locate: locateUrl
}
