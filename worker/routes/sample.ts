import type { Handler } from 'hono'
import { SampleRequestSchema } from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { tracingOfSamples } from '../../src/flow/probes.ts'
import { answer, factsOf, formFor } from '../answer.ts'
import { readJson } from '../body.ts'
import { checkWork, derivativesOf } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/sample: draws from a model. */
export function sample(models: Models): Handler {
  return async (c) => {
    const { model, ...options } = validate(SampleRequestSchema, await readJson(c))
    return await models.use(model, ({ name, flow, cost, image, solving }) => {
      const form = formFor(c, image === undefined ? ['json', 'npy'] : ['json', 'npy', 'png'])
      const { count, seed, first, error = false, guidance } = options
      const tracing = tracingOfSamples(options)
      checkWork(cost, {
        field: 'count',
        rows: count,
        dim: flow.dim,
        solving: solving(options),
        error,
        derivatives: derivativesOf(tracing, flow.dim),
        guidance
      })
      const result = flow.sample(options)
      return answer(c, form, result, { model: name, ...factsOf(result), seed, first }, image)
    })
  }
}
