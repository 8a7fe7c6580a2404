/**
 * Builds what is stale, then serves the worker and its page on this machine: `node scripts/start.ts [--port 8787]`, or PORT=8787.
 * Ctrl-C ends everything.
 */
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.ts'

const HOST = 'localhost'
const DEFAULT_PORT = 8787
const config = fileURLToPath(new URL('../wrangler.toml', import.meta.url))

try {
  const port = choosePort()
  await checkFree(port)
  build(['core', 'page'], { stale: true, report: console.error })
  await serve(port)
  console.log(`gaussflow is at http://${HOST}:${port} (Ctrl-C ends it)`)
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}

/** Serves until the process is told to end: wrangler then ends its own processes first. */
async function serve(port: number): Promise<void> {
  // Read when wrangler is loaded: nothing here needs the network, and nobody needs to read how its parts come up.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
  process.env.WRANGLER_LOG ??= 'error'
  const { unstable_startWorker: startWorker } = await import('wrangler')
  const worker = await startWorker({
    config,
    dev: { server: { hostname: HOST, port }, inspector: false, watch: false, logLevel: 'error' }
  })
  await worker.ready
}

function choosePort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string' } } })
  const given = values.port ?? process.env.PORT ?? String(DEFAULT_PORT)
  const port = Number(given)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`\`port\` must be an integer from 1 to 65535, got ${given}`)
  return port
}

/** Refuses a port that is taken on either of the addresses of localhost, before anything is built. */
async function checkFree(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const code = await listenOnce(port, host)
    // A machine may lack one of the addresses; what else is wrong, the worker will say.
    if (code === 'EADDRINUSE')
      throw new Error(
        `port ${port} is taken; end what uses it, or choose another: npm start -- --port ${port + 1}`
      )
  }
}

/** The code of the error that listening there ends in, if any. */
async function listenOnce(port: number, host: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const probe = createServer()
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  probe.listen({ port, host }, () => probe.close(() => resolve(undefined)))
  return await promise
}
