import type { Handler } from 'hono'
import { evaluationsOfAnomaly } from '../../src/flow/anomaly/price.ts'
import { toBatch } from '../../src/io/batch.ts'
import { AnomalyRequestSchema } from '../../src/schema/anomaly.ts'
import { validate } from '../../src/schema/validate.ts'
import { formFor } from '../answer.ts'
import { readRows } from '../body.ts'
import { checkWork } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/anomaly: how unlike the data each row is. */
export function anomaly(models: Models): Handler {
  return async (c) => {
    const { model, input, ...options } = validate(AnomalyRequestSchema, await readRows(c))
    return await models.use(model, async ({ name, flow, cost }) => {
      formFor(c, ['json'])
      const points = toBatch(input, 'input', flow.dim)
      const evaluations = evaluationsOfAnomaly(options, flow)
      checkWork(cost, {
        field: 'input',
        rows: points.count,
        dim: flow.dim,
        evaluations,
        guidance: options.guidance
      })
      const { score, pValue, ...facts } = await flow.anomaly(points, options)
      return c.json({
        model: name,
        ...facts,
        score: [...score],
        ...(pValue && { pValue: [...pValue] })
      })
    })
  }
}
