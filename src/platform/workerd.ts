// The platform forbids compiling bytes at run time: the module is compiled when the worker is deployed.
import core from '../../build/core.wasm'
import type { Platform } from './platform.ts'
import { locateUrl } from './web.ts'

/** Cloudflare Workers: models are absolute URLs; bundled ones are opened from their bytes. */
export const workerdPlatform: Platform = {
  core: () => Promise.resolve(core),
  locate: locateUrl
}
