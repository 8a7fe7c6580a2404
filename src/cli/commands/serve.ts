import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { GaussflowError } from '../../error.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { isSystemError, reasonOf } from '../failure.ts'
import { flagsOf } from '../flags.ts'
import { modelFolder } from '../modelFolder.ts'

const portMessage = 'must be an integer from 0 (any free one) to 65535'
const ServeSchema = v.strictObject({
  port: v.optional(
    v.pipe(
      v.number(portMessage),
      v.integer(portMessage),
      v.minValue(0, portMessage),
      v.maxValue(65535, portMessage)
    ),
    8787
  ),
  host: v.optional(v.string(), 'localhost'),
  models: v.optional(v.string())
})

const options: Options = {
  port: { value: 'N', description: 'where to listen (default 8787; 0 takes any free port)' },
  host: { value: 'NAME', description: 'for whom to listen (default localhost; 0.0.0.0 for every machine)' },
  models: { value: 'FOLDER', description: 'the folder of the model folders (default: the bundled models)' }
}

/** Serves until it is interrupted. */
async function run(args: Arguments, io: Io): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`\`serve\` takes flags only, got ${args.positionals[0]}`)
  const { port, host, models } = flagsOf(args, ServeSchema)
  const folder = modelFolder(models ?? fileURLToPath(new URL('../../../models/', import.meta.url)))
  const page = pageFolder()
  const [{ createServer }, { serve }] = await Promise.all([
    import('../server.ts'),
    import('@hono/node-server')
  ])
  const app = createServer(folder, page)
  if (page === undefined)
    io.report('the page is not built, so only the HTTP interface is served; npm run build builds it\n')

  await new Promise<void>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, (address: AddressInfo) => {
      io.report(`listening on http://${host}:${address.port}\n`)
    })
    server.on('error', (error: Error) => reject(describe(error, port, host)))
    io.onInterrupt(() => {
      server.close(() => resolve())
      // Kept-alive connections would hold it open.
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
  })
}

/** The built page: beside the compiled sources, or in dist of a checkout. */
function pageFolder(): string | undefined {
  const places = ['../../../page/', '../../../dist/page/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url))
  )
  return places.find((place) => existsSync(`${place}index.html`))
}

function describe(error: Error, port: number, host: string): Error {
  if (!isSystemError(error)) return error
  const [path, got] = error.code === 'EADDRINUSE' || error.code === 'EACCES' ? ['port', port] : ['host', host]
  const message = `\`${path}\` must be one that this machine can listen on, got ${got} (${reasonOf(error)})`
  return new GaussflowError('invalid_argument', message, { path, cause: error })
}

export const serve: Command = {
  summary: 'Serve the HTTP interface and the page',
  usage: '[--port N] [--host NAME] [--models FOLDER]',
  options,
  run
}
