import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { EXPOSED_HEADERS } from './answer.ts'
import { limitBody } from './bodyLimit.ts'
import type { Models } from './models.ts'
import { HttpError, onError, onUnknownRoute } from './problem.ts'
import { anomaly } from './routes/anomaly.ts'
import { certify } from './routes/certify.ts'
import { health } from './routes/health.ts'
import { impute } from './routes/impute.ts'
import { listModels, showModel } from './routes/models.ts'
import { sample } from './routes/sample.ts'
import { decode, encode } from './routes/transport.ts'
import { velocity } from './routes/velocity.ts'

export interface Service {
  readonly models: Models
}

/**
 * The HTTP interface: `/v1` and `/health`. It stands on nothing but the web's own types, so one app serves in workerd and in
 * Node; the static files of the page are the platform's to add.
 *
 * @example
 * const app = createApp({ models: openModels({ names, read, open }) })
 * const response = await app.request('/v1/models')
 */
export function createApp({ models }: Service): Hono {
  const app = new Hono()
  app.onError(onError)
  app.notFound(onUnknownRoute)
  app.use(
    '/v1/*',
    cors({ origin: '*', allowMethods: ['GET', 'POST'], exposeHeaders: EXPOSED_HEADERS, maxAge: 86_400 })
  )
  app.use('/v1/*', limitBody)

  app.get('/health', health(models))
  app.get('/v1/models', listModels(models))
  app.get('/v1/models/:id', showModel(models))
  app.post('/v1/sample', sample(models))
  app.post('/v1/encode', encode(models))
  app.post('/v1/decode', decode(models))
  app.post('/v1/velocity', velocity(models))
  app.post('/v1/certify', certify(models))
  app.post('/v1/impute', impute(models))
  app.post('/v1/anomaly', anomaly(models))
  refuseOtherMethods(app)
  return app
}

/** Answers 405 on every path that is known, but not by the method. */
function refuseOtherMethods(app: Hono): void {
  const methods = Map.groupBy(
    app.routes.filter(({ method }) => method !== 'ALL'),
    ({ path }) => path
  )
  for (const [path, routes] of methods) {
    const allowed = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
    app.all(path, (c) => {
      throw new HttpError('method_not_allowed', `${path} answers ${allowed}, got ${c.req.method}`, {
        headers: { allow: allowed }
      })
    })
  }
}
