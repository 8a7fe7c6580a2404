import type { Handler } from 'hono'
import { SampleRequestSchema } from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { answer, formFor } from '../answer.ts'
import { readJson } from '../body.ts'
import { checkWork } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/sample: draws from a model. */
export function sample(models: Models): Handler {
  return async (c) => {
    const { model, ...options } = validate(SampleRequestSchema, await readJson(c))
    return await models.use(model, ({ name, flow, cost, image, solving }) => {
      const form = formFor(c, image === undefined ? ['json', 'npy'] : ['json', 'npy', 'png'])
      checkWork(cost, { field: 'count', rows: options.count, dim: flow.dim, ...solving(options) })
      const { nfe, solver, steps, status, ...rows } = flow.sample(options)
      return answer(
        c,
        form,
        rows,
        { model: name, nfe, solver, steps, status, seed: options.seed, first: options.first },
        image
      )
    })
  }
}
