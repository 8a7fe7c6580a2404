/** How long do the flows to mixtures and to a data set take, against the same in plain JavaScript? */
import { openFlow } from '../src/index.ts'
import { compare, interleave, type Question, type Row } from './measure.ts'
import { plainRk4 } from './plainRk4.ts'
import { dataSet, noiseOf, roundMixture, turnedMixture } from './targets.ts'

const STEPS = 20
const CASES = [
  { target: roundMixture(2, 2), batches: [1, 256] },
  { target: roundMixture(8, 16), batches: [1, 256] },
  { target: roundMixture(32, 64), batches: [1, 16] },
  { target: turnedMixture(8, 16), batches: [1, 64] },
  { target: dataSet(1000, 8, 0.2), batches: [1, 64] }
]

export const closedForms: Question = {
  title: 'Closed forms: 20 steps of RK4 to a mixture or a data set, one thread each',
  unit: 'milliseconds',
  async measure(effort) {
    const rows: Row[] = []
    for (const { target, batches } of CASES) {
      const { dim, velocity } = target
      using flow = await openFlow(target.file)
      for (const batch of batches) {
        const data = noiseOf(batch, dim)
        const z = { count: batch, dim, data }
        const ours = () => flow.decode(z, { solver: 'rk4', steps: STEPS, error: false }).data
        const theirs = () => plainRk4(velocity, dim, Float64Array.from(data), STEPS)
        const expected = theirs()
        const worst = ours().reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
        if (!(worst <= 1e-4)) throw new Error(`the outputs differ by ${worst}`)
        const [us, them] = await interleave([ours, theirs], effort)
        const name = `${target.name}, plain`
        rows.push(compare({ question: 'closedForms', case: name, batch, peer: 'plain JavaScript' }, us, them))
      }
    }
    return rows
  }
}
