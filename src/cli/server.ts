import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono } from 'hono'
import { createApp } from '../../worker/app.ts'
import { openModels } from '../../worker/models.ts'
import { openFlow } from '../index.ts'
import type { ModelFolder } from './modelFolder.ts'

/** The worker's app on Node, with what the platform adds there: the models' files, and the page where it is built. */
export function createServer(folder: ModelFolder, page: string | undefined): Hono {
  const app = createApp({ models: openModels({ ...folder, openFlow }) })
  // The page opens the models in the browser from the same folder that the routes use.
  app.get('/models/index.json', async (c) => c.json(await folder.names()))
  app.get('/models/:name/:file', async (c, next) => {
    const { name, file } = c.req.param()
    const bytes = await folder.read(`${name}/${file}`)
    if (bytes === undefined) return await next()
    const type = file.endsWith('.json') ? 'application/json' : 'application/octet-stream'
    return c.body(new Uint8Array(bytes), 200, { 'content-type': type })
  })
  if (page !== undefined) app.use('*', serveStatic({ root: page }))
  return app
}
