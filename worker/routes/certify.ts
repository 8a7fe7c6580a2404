import type { Handler } from 'hono'
import { evaluationsOfCertificate, samplesOf } from '../../src/flow/certificate/price.ts'
import { CertifyRequestSchema } from '../../src/schema/certificate.ts'
import { validate } from '../../src/schema/validate.ts'
import { formFor } from '../answer.ts'
import { readJson } from '../body.ts'
import { checkSamples } from '../limit.ts'
import type { Models, OpenModel } from '../models.ts'

/** POST /v1/certify: what is certain of a flow, and with `other`, of the two together. */
export function certify(models: Models): Handler {
  return async (c) => {
    const { model, other, ...options } = validate(CertifyRequestSchema, await readJson(c))
    formFor(c, ['json'])
    const answer = async (one: OpenModel, two?: OpenModel): Promise<Response> => {
      for (const { flow, cost, solving } of two === undefined ? [one] : [one, two]) {
        const samples = options.samples ?? samplesOf(flow.flowFile, cost)
        checkSamples(
          cost,
          samples,
          evaluationsOfCertificate(solving(options), flow.flowFile, two !== undefined)
        )
      }
      const { statements } = await one.flow.certify({ ...options, ...(two && { other: two.flow }) })
      return c.json({ model: one.name, ...(two && { other: two.name }), statements })
    }
    return await models.use(model, (one) =>
      other === undefined ? answer(one) : models.use(other, (two) => answer(one, two), 'other')
    )
  }
}
