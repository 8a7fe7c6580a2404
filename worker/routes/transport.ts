import type { Context, Handler } from 'hono'
import { toBatch } from '../../src/io/batch.ts'
import { TransportRequestSchema } from '../../src/schema/request.ts'
import { validate } from '../../src/schema/validate.ts'
import { answer, factsOf, formFor } from '../answer.ts'
import { readRows } from '../body.ts'
import { checkWork } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/encode: carries data to latents. */
export function encode(models: Models): Handler {
  return (c) => transport(c, models, 'encode')
}

/** POST /v1/decode: carries latents to data. */
export function decode(models: Models): Handler {
  return (c) => transport(c, models, 'decode')
}

async function transport(c: Context, models: Models, direction: 'encode' | 'decode'): Promise<Response> {
  const { model, input, ...options } = validate(TransportRequestSchema, await readRows(c))
  return await models.use(model, ({ name, flow, cost, image, solving }) => {
    const picture = direction === 'decode' ? image : undefined // a latent is no picture
    const form = formFor(c, picture === undefined ? ['json', 'npy'] : ['json', 'npy', 'png'])
    const points = toBatch(input, 'input', flow.dim)
    const { error = true, guidance } = options
    checkWork(cost, {
      field: 'input',
      rows: points.count,
      dim: flow.dim,
      solving: solving(options),
      error,
      guidance
    })
    const result = flow[direction](points, options)
    return answer(c, form, result, { model: name, ...factsOf(result) }, picture)
  })
}
