import type { Handler } from 'hono'
import { toBatch } from '../../src/io/batch.ts'
import { VelocityRequestSchema } from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { answer, formFor } from '../answer.ts'
import { readRows } from '../body.ts'
import { checkWork } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/velocity: v(time, x) for states x. */
export function velocity(models: Models): Handler {
  return async (c) => {
    const { model, input, time } = validate(VelocityRequestSchema, await readRows(c))
    return await models.use(model, ({ name, flow, cost }) => {
      const form = formFor(c, ['json', 'npy'])
      const points = toBatch(input, 'input', flow.dim)
      checkWork(cost, { field: 'input', rows: points.count, dim: flow.dim, steps: 1, stages: 1 })
      const { velocity, nfe } = flow.velocity(points, { time })
      return answer(c, form, velocity, { model: name, nfe, time })
    })
  }
}
