/**
 * Builds what is stale, then serves the worker and its page on this machine: `node scripts/start.ts [--port 8787]`, or PORT=8787.
 * Ctrl-C ends everything.
 */
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.ts'

// Read when wrangler is loaded: nothing of what follows needs the network.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
process.env.WRANGLER_SEND_METRICS ??= 'false'
const { unstable_startWorker: startWorker } = await import('wrangler')

const HOST = 'localhost'
const DEFAULT_PORT = 8787
const config = fileURLToPath(new URL('../wrangler.toml', import.meta.url))

try {
  const port = choosePort()
  await checkFree(port)
  build(['core', 'page'], { stale: true, report: console.error })
  const worker = await startWorker({
    config,
    dev: { server: { hostname: HOST, port }, inspector: false, watch: false, logLevel: 'error' }
  })
  await worker.ready
  console.log(`gaussflow is at http://${HOST}:${port} (Ctrl-C ends it)`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void worker.dispose().then(() => process.exit(0)))
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}

function choosePort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string' } } })
  const given = values.port ?? process.env.PORT ?? String(DEFAULT_PORT)
  const port = Number(given)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`\`port\` must be an integer from 1 to 65535, got ${given}`)
  return port
}

/** Refuses a taken port before anything is built. */
async function checkFree(port: number): Promise<void> {
  const probe = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  probe.once('error', reject)
  probe.listen({ port, host: HOST }, () => resolve(undefined))
  try {
    await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(
      `port ${port} is taken; end what uses it, or choose another: npm start -- --port ${port + 1}`,
      { cause: error }
    )
  }
  await new Promise((resolve) => probe.close(resolve))
}
