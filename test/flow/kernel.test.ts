import { describe, expect, it } from 'vitest'
import { KERNELS, openFlow, type Flow, type Kernel } from '../../src/index.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { worstError } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { flowsOn } from './flows.ts'

const wide: Architecture = { kind: 'mlp', dim: 9, hidden: [70, 44], activation: 'silu' }
const FLOWS = Object.entries({ ...flowsOn('linear'), 'a wide perceptron': networkModel(wide, 3) })
/** What is left to the machine: closed forms have the bits of the plain core by every kernel. */
const markOf = (kernel: Kernel, { flowFile }: Flow): string | undefined =>
  kernel === 'relaxed' && flowFile.target.kind === 'network' ? kernel : undefined

/** Every answer of a flow that has numbers of the core in it. */
const ANSWERS: Record<string, (flow: Flow, count: number) => { kernel?: Kernel }> = {
  sample: (flow, count) => flow.sample({ count, seed: 2, steps: 9 }),
  encode: (flow, count) => flow.encode(flow.source({ count }), { steps: 9 }),
  velocity: (flow, count) => flow.velocity(flow.source({ count }), { time: 0.4 }),
  divergence: (flow, count) => flow.velocity(flow.source({ count }), { time: 0.4, divergence: true }),
  score: (flow, count) => flow.score(flow.source({ count }), { time: 0.4 }),
  logProb: (flow, count) => flow.logProb(flow.source({ count }))
}

describe.each(FLOWS)('the relaxed core, on %s', (_, source) => {
  it('is within 1e-4 of the plain one at every batch about its tiles of six', async () => {
    using plain = await openFlow(source)
    using relaxed = await openFlow(source, { kernel: 'relaxed' })
    for (let count = 1; count <= 19; count++) {
      const how = { count, seed: 5, steps: 8 }
      const error = worstError(relaxed.sample(how).data, plain.sample(how).data)
      expect(error, `${count} rows`).toBeLessThan(1e-4)
      if (relaxed.kernel === 'plain') expect(error).toBe(0)
    }
  })

  it.each(Object.keys(ANSWERS))(
    'says in the result of %s that it was used; those of exact bits say nothing',
    async (name) => {
      for (const kernel of KERNELS) {
        using flow = await openFlow(source, { kernel })
        expect(ANSWERS[name](flow, 2).kernel).toBe(markOf(kernel, flow))
        for await (const frame of flow.trajectory({ steps: 2 }))
          expect(frame.kernel).toBe(markOf(kernel, flow))
      }
    }
  )
})

it('a kernel that does not exist is refused with the names of those that do', async () => {
  const kernel = 'fast' as Kernel
  expect(await laterRefusal(() => openFlow(FLOWS[0][1], { kernel }))).toEqual({
    code: 'invalid_argument',
    path: 'kernel',
    message: '`kernel` must be "plain" or "relaxed" or "scalar", got "fast"'
  })
})
