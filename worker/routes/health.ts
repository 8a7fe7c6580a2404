import type { Handler } from 'hono'
import type { FlowFile } from '../../src/schema/flowFile.ts'
import type { Models } from '../models.ts'

const NORMAL: FlowFile = { schedule: 'linear', target: { kind: 'gaussian', mean: [0], covariance: [[1]] } }

/** Says that the core runs, by letting it draw a sample, and which models there are. */
export function health(models: Models): Handler {
  return async (c) => {
    await models.use(NORMAL, ({ flow }) => flow.sample({ steps: 1 }))
    return c.json({ status: 'ok', models: await models.names() })
  }
}
