import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import type { Architecture, Condition } from '../../src/schema/architecture.ts'
import { writeModel, type Draft } from '../../src/train/model.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

/** The folder of a network that is told something. */
function modelOf(condition: Condition): string {
  const architecture: Architecture = { kind: 'mlp', dim: 2, hidden: [6], activation: 'silu', condition }
  const weights = { weights: 'weights.safetensors', prediction: 'velocity', denoiserUntil: 0.95 } as const
  const flow: Draft['flow'] = { schedule: 'linear', target: { kind: 'network', architecture, ...weights } }
  const folder = join(newFolder(), 'told')
  const draft = { name: 'told', description: '', licence: 'MIT', flow, data: { kind: 'vector' as const } }
  writeModel(folder, draft, randomWeights(architecture, 7))
  return folder
}
const LABEL = { kind: 'label', classes: 3 } as const
const PAIR = { kind: 'vector', size: 2 } as const

it.each([
  [LABEL, '--label 2', { label: 2 }],
  [LABEL, '--label 0,2,1', { label: [0, 2, 1] }],
  [LABEL, '--label 1 --guidance 2.5', { label: 1, guidance: 2.5 }],
  [
    LABEL,
    '--label 1 --guidance 2 --guidanceInterval .2,.7',
    { label: 1, guidance: 2, guidanceInterval: [0.2, 0.7] }
  ],
  [PAIR, '--condition .5,-1', { condition: [0.5, -1] }],
  [PAIR, '--condition 1,2;3,4;5,6', { condition: [[1, 2], [3, 4], [5, 6]] }] // prettier-ignore
] as const)('%j: every command hears %s', async (condition, flags, told) => {
  const model = modelOf(condition)
  using flow = await openFlow(model)
  const dataOf = async (line: string, x?: number[][]) => {
    const input = x === undefined ? '' : `--input ${put(newFolder(), 'x.json', x)}`
    const { stdout, stderr, status } = await gaussflow(`${line.replace('MODEL', model)} ${input} ${flags}`)
    expect([stderr, status]).toEqual(['', 0])
    return JSON.parse(stdout) as { data: number[][]; logProb: number[] }
  }
  const how = { solver: 'heun', steps: 4, error: false } as const
  const by = '--solver heun --steps 4 --error false'
  const { data } = flow.sample({ count: 3, seed: 5, ...how, ...told })
  expect((await dataOf(`sample MODEL --count 3 --seed 5 ${by}`)).data.flat()).toEqual([...data])
  expect([...data]).not.toEqual([...flow.sample({ count: 3, seed: 5, ...how }).data])
  const x = [[0.5, 1], [-1, 0], [2, 2]] // prettier-ignore
  for (const method of ['encode', 'decode'] as const)
    expect((await dataOf(`${method} MODEL ${by}`, x)).data.flat()).toEqual([
      ...flow[method](x, { ...how, ...told }).data
    ])
  const between = flow.transport(x, { from: 0.2, to: 0.6, ...how, ...told }).data
  expect((await dataOf(`transport MODEL --from .2 --to .6 ${by}`, x)).data.flat()).toEqual([...between])
  const { velocity } = flow.velocity(x, { time: 0.4, ...told })
  expect((await dataOf('velocity MODEL --time .4', x)).data.flat()).toEqual([...velocity.data])
  const score = flow.score(x, { time: 0.4, ...told })
  expect((await dataOf('velocity MODEL --time .4 --score', x)).data.flat()).toEqual([...score.data])
  const { logProb } = flow.logProb(x, { ...told, solver: 'heun', steps: 4 })
  expect((await dataOf('log-prob MODEL --solver heun --steps 4', x)).logProb).toEqual([...logProb])
})

it.each([
  [LABEL, '--label 3', '`label` must be an integer from 0 to 2, got 3'],
  [LABEL, '--label two', '`label`'],
  [LABEL, '--guidance 2', '`guidance` must be left out without a `label`'],
  [PAIR, '--condition 1', '`condition` must have 2 numbers, got 1'],
  [PAIR, '--label 1', '`label` must be left out']
] as const)('%j: refuses %s', async (condition, flags, message) => {
  const { stdout, stderr, status } = await gaussflow(`sample ${modelOf(condition)} ${flags}`)
  expect([stdout, status]).toEqual(['', 2])
  expect(stderr).toContain(message)
})
