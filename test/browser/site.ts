import { fileURLToPath } from 'node:url'
import { build } from '../../scripts/build.ts'

export interface Site {
  readonly url: string
  stop(): Promise<void>
}

/** The folder of the model that the worker and the page are served with. */
export const SERVED_DIGITS = fileURLToPath(new URL('../../dist/page/models/digits', import.meta.url))

/** Starts the real worker with the real page, as `npm start` does, on a port of its own. */
export async function startSite(): Promise<Site> {
  build(['core', 'page'], { stale: true })
  // Read when wrangler is loaded: nothing here needs the network.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
  process.env.WRANGLER_SEND_METRICS ??= 'false'
  const { unstable_startWorker: startWorker } = await import('wrangler')
  const worker = await startWorker({
    config: fileURLToPath(new URL('../../wrangler.toml', import.meta.url)),
    dev: { server: { hostname: 'localhost', port: 0 }, inspector: false, watch: false, logLevel: 'error' }
  })
  await worker.ready
  const { origin } = await worker.url
  return { url: origin, stop: () => worker.dispose() }
}
