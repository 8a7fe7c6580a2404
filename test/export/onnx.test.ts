import * as ort from 'onnxruntime-web'
import { expect, it } from 'vitest'
import { onnxFile } from '../../src/export/onnxGraph.ts'
import { importOnnx } from '../../src/import/onnx.ts'
import { conditionWidth, writeCondition } from '../../src/network/condition.ts'
import { dimOf, prepare } from '../../src/network/forward.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import type { Tensors } from '../../src/types.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { fixtureNames, importFixture } from '../import/fixtures.ts'
import { ARCHITECTURES } from '../network/architectures.ts'
import { networkOutput } from '../reference/network.ts'

ort.env.wasm.numThreads = 1
const ROWS = 3

/** States, times and conditions that differ from row to row. */
function inputsOf(architecture: Architecture): { x: Float32Array; time: Float32Array; told: Float32Array } {
  const width = conditionWidth(architecture.condition)
  const told = new Float32Array(ROWS * width)
  const { condition } = architecture
  if (condition !== undefined)
    [0, 1, undefined].forEach((label, i) => {
      const numbers = Array.from({ length: width - 1 }, (_, j) => Math.cos(i + j))
      writeCondition(
        condition,
        condition.kind === 'label' || label === undefined ? label : numbers,
        told,
        i * width
      )
    })
  return {
    x: Float32Array.from({ length: ROWS * dimOf(architecture) }, (_, i) => Math.sin(1.3 * i)),
    time: Float32Array.of(0.1, 0.5, 0.9),
    told
  }
}

async function expectSame(architecture: Architecture, tensors: Tensors, file: Uint8Array): Promise<void> {
  const dim = dimOf(architecture)
  const { x, time, told } = inputsOf(architecture)
  const width = told.length / ROWS
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3
  })
  const { output } = await session.run({
    x: new ort.Tensor('float32', x, [ROWS, dim]),
    time: new ort.Tensor('float32', time, [ROWS, 1]),
    ...(width > 0 && { condition: new ort.Tensor('float32', told, [ROWS, width]) })
  })
  const outputs = output.data as Float32Array
  expect(outputs.length).toBe(ROWS * dim)
  for (let i = 0; i < ROWS; i++) {
    const row = (data: Float32Array, size: number): number[] => [...data.subarray(i * size, (i + 1) * size)]
    const expected = networkOutput(architecture, tensors, time[i], row(x, dim), row(told, width))
    const scale = Math.max(...expected.map(Math.abs), 1e-3)
    row(outputs, dim).forEach((value, j) => expect(Math.abs(value - expected[j]) / scale).toBeLessThan(1e-5))
  }
  await session.release()
}

it.each(Object.keys(ARCHITECTURES))('%s, exported, gives the same in ONNX Runtime', async (name) => {
  const architecture = ARCHITECTURES[name]
  await prepare(architecture)
  const tensors = randomWeights(architecture, 5)
  await expectSame(architecture, tensors, onnxFile(architecture, tensors))
})

it.each(fixtureNames)('%s, imported and exported again, gives the same in ONNX Runtime', async (name) => {
  const { architecture, tensors } = importFixture(name)
  await prepare(architecture)
  await expectSame(architecture, tensors, onnxFile(architecture, tensors))
})

it.each(Object.keys(ARCHITECTURES))('%s, exported and imported, is the same function', async (name) => {
  const architecture = ARCHITECTURES[name]
  await prepare(architecture)
  const tensors = randomWeights(architecture, 6)
  const again = importOnnx(onnxFile(architecture, tensors))
  await prepare(again.architecture)
  const x = Array.from({ length: dimOf(architecture) }, (_, i) => Math.sin(1.3 * i))
  const [ours, theirs] = [
    networkOutput(architecture, tensors, 0.3, x),
    networkOutput(again.architecture, again.tensors, 0.3, x)
  ]
  const scale = Math.max(...ours.map(Math.abs), 1e-3)
  ours.forEach((value, i) => expect(Math.abs(value - theirs[i]) / scale).toBeLessThan(1e-5))
})
