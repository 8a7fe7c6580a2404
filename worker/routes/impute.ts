import type { Handler } from 'hono'
import { methodOf } from '../../src/flow/impute/impute.ts'
import { evaluationsOfImputation, operationsOfFormula } from '../../src/flow/impute/price.ts'
import { ImputeRequestSchema } from '../../src/schema/impute.ts'
import { validate } from '../../src/schema/validate.ts'
import type { IncompletePoints } from '../../src/flow/impute/options.ts'
import type { ImputeOptions } from '../../src/index.workerd.ts'
import { answer, formFor } from '../answer.ts'
import { readRows } from '../body.ts'
import { checkFormula, checkWork } from '../limit.ts'
import type { Models } from '../models.ts'

/** POST /v1/impute: draws what is missing of rows, which is null in JSON and NaN in an .npy body. */
export function impute(models: Models): Handler {
  return async (c) => {
    const { model, input, ...options } = validate(ImputeRequestSchema, await readRows(c))
    return await models.use(model, async ({ name, flow, cost, image }) => {
      const form = formFor(c, image === undefined ? ['json', 'npy'] : ['json', 'npy', 'png'])
      const { count, seed, first, guidance } = options
      const { dim, flowFile } = flow
      const rows = rowsOf(input)
      const draws = { field: count > 1 ? 'count' : 'input', rows: rows * count, dim } as const
      if (methodOf(options, flowFile.target.kind !== 'network') === 'exact') {
        checkWork({ perRow: 1, shared: 0, opening: 0 }, draws)
        const { perRow, perDraw } = operationsOfFormula(flowFile, dim, sizeOf(options.operator, dim))
        checkFormula(rows, perRow + count * perDraw)
      } else checkWork(cost, { ...draws, evaluations: evaluationsOfImputation(options), guidance })
      const { kernel: _, ...result } = await flow.impute(input as IncompletePoints, options as ImputeOptions)
      const { count: __, dim: ___, data: ____, ...facts } = result
      return answer(c, form, result, { model: name, ...facts, seed, first }, image)
    })
  }
}

/** How many rows there are, as far as that can be said before they are looked at. */
function rowsOf(input: unknown): number {
  if (Array.isArray(input)) return input.length
  const { count, shape } = (input ?? {}) as { count?: unknown; shape?: unknown }
  const rows = count ?? (Array.isArray(shape) ? (shape[0] as unknown) : 0)
  return typeof rows === 'number' && rows > 0 ? rows : 0
}

/** The most numbers that are known of a row. */
function sizeOf(operator: unknown, dim: number): number {
  return operator === undefined ? dim : rowsOf(operator)
}
