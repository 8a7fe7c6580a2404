/** How long does the flow to a mixture take, against the same in plain JavaScript? */
import { openFlow } from '../src/index.ts'
import { compare, interleave, type Question, type Row } from './measure.ts'
import { mixtureOf, noiseOf } from './mixtures.ts'
import { plainRk4 } from './plainMixture.ts'

const STEPS = 20
const CASES = [
  { components: 2, dim: 2, batches: [1, 256] },
  { components: 8, dim: 16, batches: [1, 256] },
  { components: 32, dim: 64, batches: [16] }
]

export const closedForms: Question = {
  title: 'Closed forms: 20 steps of RK4 to a mixture, one thread each',
  unit: 'milliseconds',
  async measure(effort) {
    const rows: Row[] = []
    for (const { components, dim, batches } of CASES) {
      const { file, plain } = mixtureOf(components, dim)
      using flow = await openFlow(file)
      for (const batch of batches) {
        const data = noiseOf(batch, dim)
        const z = { count: batch, dim, data }
        const ours = () => flow.decode(z, { solver: 'rk4', steps: STEPS, error: false }).data
        const theirs = () => plainRk4(plain, Float64Array.from(data), STEPS)
        const expected = theirs()
        const worst = ours().reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
        if (!(worst <= 1e-4)) throw new Error(`the outputs differ by ${worst}`)
        const [us, them] = await interleave([ours, theirs], effort)
        const name = `mixture of ${components} in ${dim} dimensions, plain`
        rows.push(compare({ question: 'closedForms', case: name, batch, peer: 'plain JavaScript' }, us, them))
      }
    }
    return rows
  }
}
