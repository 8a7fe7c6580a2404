import type { Handler } from 'hono'
import { toBatch } from '../../src/io/batch.ts'
import { VelocityRequestSchema } from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { tracingOfVelocity } from '../../src/flow/probes.ts'
import { answer, formFor } from '../answer.ts'
import { readRows } from '../body.ts'
import { checkWork, derivativesOf } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/velocity: v(time, x) for states x. */
export function velocity(models: Models): Handler {
  return async (c) => {
    const { model, input, ...options } = validate(VelocityRequestSchema, await readRows(c))
    return await models.use(model, ({ name, flow, cost }) => {
      const form = formFor(c, ['json', 'npy'])
      const points = toBatch(input, 'input', flow.dim)
      const { time, guidance } = options
      const derivatives = derivativesOf(tracingOfVelocity(options), flow.dim)
      checkWork(cost, { field: 'input', rows: points.count, dim: flow.dim, derivatives, guidance })
      const { velocity, ...facts } = flow.velocity(points, options)
      return answer(c, form, velocity, { model: name, ...facts, time })
    })
  }
}
