import { expect, it } from 'vitest'
import { conditionWidth, writeCondition } from '../../src/network/condition.ts'
import { prepare } from '../../src/network/forward.ts'
import { checkGraph } from '../../src/network/graph.ts'
import { openFlow } from '../../src/index.ts'
import { errorAgainst } from '../../src/import/check.ts'
import { modelOf } from '../../src/import/folder.ts'
import { reference } from '../../src/import/reference.ts'
import { networkOutput } from '../reference/network.ts'
import { fixtureNames, fixtureTensors, importFixture } from './fixtures.ts'

it.each(fixtureNames)('%s has the outputs of PyTorch, by the 64-bit reference', async (name) => {
  const imported = importFixture(name)
  const { architecture, tensors } = imported
  await prepare(architecture)
  checkGraph(architecture)
  const { states, times, told, outputs } = reference(imported, fixtureTensors(name))
  const scale = outputs.data.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  for (let i = 0; i < states.count; i++) {
    const { dim } = states
    const condition = new Float32Array(conditionWidth(architecture.condition))
    if (architecture.condition !== undefined) writeCondition(architecture.condition, told?.[i], condition, 0)
    const x = [...states.data.subarray(i * dim, (i + 1) * dim)]
    const y = networkOutput(architecture, tensors, times[i], x, [...condition])
    y.forEach((value, j) => expect(Math.abs(value - outputs.data[i * dim + j]) / scale).toBeLessThan(1e-5))
  }
})

it.each(fixtureNames)('%s has the outputs of PyTorch in the core, to 1e-4 of the largest', async (name) => {
  const imported = importFixture(name)
  using flow = await openFlow(modelOf(imported))
  const error = errorAgainst(flow, reference(imported, fixtureTensors(name)), imported.architecture.condition)
  if (process.env.SHOW) console.log(name, error)
  expect(error).toBeLessThan(1e-4)
})
