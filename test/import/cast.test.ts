import { expect, it } from 'vitest'
import { OnnxWriter } from '../../src/export/onnxWriter.ts'
import { importOnnx } from '../../src/import/onnx.ts'
import { refusal } from '../fixtures/refusal.ts'

/** A state (batch, 4) that is cast there and back to 32-bit floats, times 2. */
function castTo(type: number): Uint8Array {
  const writer = new OnnxWriter()
  const there = writer.node('Cast', ['x'], { to: type })
  const back = writer.node('Cast', [there], { to: 1 })
  const two = writer.floats('two', { shape: [], data: Float32Array.of(2) })
  return writer.file({ x: ['batch', 4], t: ['batch', 1] }, writer.node('Mul', [back, two]))
}

it.each([
  ['double', 11],
  ['float', 1]
])('a value that is cast to %s loses nothing that a 32-bit float has', (_, type) => {
  const { nodes } = importOnnx(castTo(type)).architecture
  expect(nodes.map(({ op }) => op)).toEqual(['state', 'parameter', 'multiply'])
})

it.each([
  ['int64', 7, /cut to integers/],
  ['int32', 6, /cut to integers/],
  ['uint8', 2, /cut to integers/],
  ['bool', 9, /cut to integers or truth values/],
  ['half precision', 10, /rounded to half precision/],
  ['brain floats', 16, /rounded to half precision/]
])('a value that is cast to %s is refused', (_, type, reason) => {
  const { code, path, message } = refusal(() => importOnnx(castTo(type)))
  expect([code, path]).toEqual(['unsupported', 'Cast_1'])
  expect(message).toMatch(reason)
})
