import type { Handler } from 'hono'
import { formFor } from '../answer.ts'
import type { Models } from '../models.ts'

/** GET /v1/models: what there is, without the training records. */
export function listModels(models: Models): Handler {
  return async (c) => {
    formFor(c, ['json'])
    const manifests = await Promise.all((await models.names()).map((name) => models.manifest(name)))
    return c.json({
      models: manifests.map(({ name, description, licence, flow, data, sampling }) => ({
        name,
        description,
        licence,
        schedule: flow.schedule,
        target: flow.target.kind,
        data,
        sampling
      }))
    })
  }
}

/** GET /v1/models/{id}: the manifest. */
export function showModel(models: Models): Handler<object, '/v1/models/:id'> {
  return async (c) => {
    formFor(c, ['json'])
    return c.json(await models.manifest(c.req.param('id')))
  }
}
