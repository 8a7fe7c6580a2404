/**
 * What the digits cost by each solver, and what they are worth: `node scripts/compareDigitSolvers.ts [--model FOLDER]`.
 * 1,000 samples each, labels 0 to 9 in turn, guidance 1, seed 1, against the validation split; it prints a Markdown table.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openFlow, type SolverName } from '../src/index.ts'
import { openDigitClassifier } from './digitClassifier.ts'
import { digitJudge } from './digitJudge.ts'
import { loadDigits } from './digits.ts'

const CHOICES: readonly (readonly [SolverName, number])[] = [
  ['euler', 16],
  ['heun', 8],
  ['ab2', 4],
  ['ab2', 8],
  ['ab2', 16],
  ['ab2', 32],
  ['rk4', 10],
  ['heun', 50]
]

const { values: flags } = parseArgs({ options: { model: { type: 'string', default: 'models/digits' } } })
const { train, validation } = loadDigits()
const label = Array.from({ length: validation.count }, (_, i) => i % 10)
const judge = digitJudge(train, validation, await openDigitClassifier())
using flow = await openFlow(resolve(flags.model))

console.log(
  '| solver, steps | evaluations | agreement | precision | recall | energy | nearest training image |'
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const [solver, steps] of CHOICES) {
  const drawn = flow.sample({ count: validation.count, seed: 1, label, guidance: 1, solver, steps })
  const scores = judge.samples(drawn, label)
  const {
    agreement = NaN,
    precision = NaN,
    recall = NaN,
    energyDistance = NaN,
    nearestTraining = NaN
  } = scores
  const shares = [agreement, precision, recall].map((value) => value.toFixed(3).slice(1))
  const cells = [
    `${solver}, ${steps}`,
    drawn.nfe,
    ...shares,
    energyDistance.toFixed(4),
    nearestTraining.toFixed(2)
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
