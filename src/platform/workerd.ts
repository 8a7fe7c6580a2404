// The platform forbids compiling bytes at run time: the module is compiled when the worker is deployed. Its engine has the
// products of 8-bit integers, and the build with them has the bits of the plain one for everything else.
import core from '../../build/core.int8.wasm'
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
