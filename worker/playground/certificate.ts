import { openFlow, type Flow, type Statement } from '../../src/index.web.ts'
import { CERTIFYING, type Certifiable, type Following } from './backend.ts'

/** The statements on the flow `digits`, or on another, which is opened for them. */
export async function certificateOf(
  model: Certifiable,
  digits: () => Promise<Flow>,
  following: Pick<Following, 'signal' | 'onProgress'>
): Promise<readonly Statement[]> {
  if (model === 'digits') return await statementsOn(await digits(), following)
  const flow = await openFlow(model)
  try {
    return await statementsOn(flow, following)
  } finally {
    flow.close()
  }
}

async function statementsOn(
  flow: Flow,
  { signal, onProgress }: Pick<Following, 'signal' | 'onProgress'>
): Promise<readonly Statement[]> {
  const { statements } = await flow.certify({
    ...CERTIFYING,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(done / total)
  })
  return statements
}
