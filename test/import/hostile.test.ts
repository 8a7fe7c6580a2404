import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { importOnnx } from '../../src/import/onnx.ts'
import { OnnxWriter } from '../../src/export/onnxWriter.ts'
import { refusal } from '../fixtures/refusal.ts'
import { expectOnlyRefusals } from '../io/hostile.ts'
import { fixtureBytes, fixtureNames } from './fixtures.ts'

const read = (bytes: Uint8Array): unknown => importOnnx(bytes, { classes: 10 })

it.each(fixtureNames)('%s with bytes changed, cut off or repeated is read or refused', (name) => {
  expectOnlyRefusals(read, fixtureBytes(name), 150)
})

/** A graph of a state (batch, 4) and a time, with these nodes between them and the output. */
function graph(build: (writer: OnnxWriter) => string): Uint8Array {
  const writer = new OnnxWriter()
  const output = build(writer)
  return writer.file({ x: ['batch', 4], t: ['batch', 1] }, output)
}

const square = (value: number): { shape: number[]; data: Float32Array } => ({
  shape: [4, 4],
  data: new Float32Array(16).fill(value)
})

it('a layer is read from a file that was written by hand', () => {
  const bytes = graph((writer) => writer.node('MatMul', ['x', writer.floats('w', square(0.5))]))
  expect(importOnnx(bytes).architecture.nodes.map(({ op }) => op)).toEqual(['state', 'dense'])
})

/** A message with one field of bytes, at a depth. */
const field = (number: number, content: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish()

const tensorOf = (shape: readonly number[], raw: Uint8Array): Uint8Array => {
  const writer = new BinaryWriter()
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size)
  writer.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('w')
  return writer.tag(9, WireType.LengthDelimited).bytes(raw).finish()
}

/** A good file with one more tensor in its graph. */
function withTensor(tensor: Uint8Array): Uint8Array {
  const good = graph((writer) => writer.node('MatMul', ['x', writer.floats('v', square(1))]))
  const extra = field(7, field(5, tensor))
  // The later graph replaces the earlier one: the version of the operators is all that is kept.
  return Uint8Array.of(...good, ...extra)
}

describe('what cannot be a network is refused with its reason, at once', () => {
  const fuller = (writer: OnnxWriter, shape: readonly number[]): string =>
    writer.node('ConstantOfShape', [writer.integers(shape)])
  it.each<readonly [string, () => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(), /graph/],
    ['text', () => new TextEncoder().encode('this is no model'), /ONNX file/],
    ['zeros', () => new Uint8Array(1000), /ONNX file/],
    [
      'a value that is made from itself',
      () =>
        graph((writer) => {
          writer.node('Add', ['x', 'Add_2'])
          return writer.node('Add', ['Add_1', 'x'])
        }),
      /circles.*Add_2.*made later/
    ],
    [
      'a mean over everything, the rows of the batch among it',
      () => graph((writer) => writer.node('Add', ['x', writer.node('ReduceMean', ['x'])])),
      /a mean over the rows of the batch/
    ],
    [
      'a value that nothing makes',
      () => graph((writer) => writer.node('Add', ['x', 'y'])),
      /`y`, which nothing makes/
    ],
    [
      'a constant of a terabyte',
      () => graph((writer) => writer.node('Add', ['x', fuller(writer, [2 ** 20, 2 ** 20])])),
      /no larger than the file/
    ],
    [
      'a constant of negative size',
      () => graph((writer) => writer.node('Add', ['x', fuller(writer, [-4])])),
      /no larger than the file/
    ],
    [
      'a constant that grows by what it is repeated',
      () =>
        graph((writer) => {
          const few = writer.floats('few', { shape: [1, 4], data: new Float32Array(4) })
          return writer.node('Expand', [few, writer.integers([2 ** 24, 4])])
        }),
      /no larger than the file/
    ],
    [
      'a time that is repeated a billion times',
      () =>
        graph((writer) => {
          const wide = writer.node('Expand', ['t', writer.integers([1, 1e9])])
          return writer.node('Mul', ['x', writer.node('ReduceMean', [wide], { axes: [1], keepdims: 1 })])
        }),
      /1000000000 weights that the file does not hold/
    ],
    [
      'means of sixteen thousand channels',
      () => {
        const writer = new OnnxWriter()
        const mean = writer.node('AveragePool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] })
        return writer.file({ x: ['batch', 16384, 2, 2], t: ['batch', 1] }, mean)
      },
      /1073741824 weights that the file does not hold/
    ],
    [
      'a range of a billion numbers',
      () =>
        graph((writer) => {
          const [from, to, step] = [0, 1e9, 1].map((value, i) =>
            writer.floats(`r${i}`, { shape: [], data: Float32Array.of(value) })
          )
          return writer.node('Range', [from, to, step])
        }),
      /no larger than the file/
    ],
    [
      'a tensor whose bytes are missing',
      () => withTensor(tensorOf([1000, 1000], new Uint8Array(4))),
      /4000000 bytes/
    ],
    [
      'a tensor of a size beyond the doubles',
      () => withTensor(tensorOf([2 ** 52, 2 ** 52], new Uint8Array(4))),
      /bytes of its shape/
    ],
    [
      'a tensor of seventeen axes',
      () => withTensor(tensorOf(new Array<number>(17).fill(1), new Uint8Array(4))),
      /at most 16/
    ],
    ['a tensor of negative size', () => withTensor(tensorOf([-1, -1], new Uint8Array(4))), /negative/],
    [
      'a weight that is not a number',
      () => graph((writer) => writer.node('MatMul', ['x', writer.floats('w', square(NaN))])),
      /finite numbers, got NaN/
    ],
    [
      'matrices that do not fit',
      () =>
        graph((writer) =>
          writer.node('MatMul', ['x', writer.floats('w', { shape: [5, 4], data: new Float32Array(20) })])
        ),
      /must fit/
    ],
    [
      'an output of another size',
      () =>
        graph((writer) =>
          writer.node('MatMul', ['x', writer.floats('w', { shape: [4, 5], data: new Float32Array(20) })])
        ),
      /shape of the state/
    ],
    [
      'an output that does not depend on the state',
      () => graph((writer) => writer.node('Cos', ['t'])),
      /shape of the state/
    ]
  ])('%s', (_, bytes, reason) => {
    const start = performance.now()
    expect(refusal(() => importOnnx(bytes())).message).toMatch(reason)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

it('the first operation that does not run here is named, with its node and its shape', () => {
  const bytes = graph((writer) => writer.node('LeakyRelu', [writer.node('Elu', ['x'])]))
  const { code, message, path } = refusal(() => importOnnx(bytes))
  expect(code).toBe('unsupported')
  expect(path).toBe('Elu_1')
  expect(message).toContain('the node Elu_1 (output shape [batch, 4])')
})

it('a mean that is repeated stays two layers where one would be larger than the file by far', () => {
  const writer = new OnnxWriter()
  const mean = writer.node('ReduceMean', ['x'], { axes: [1], keepdims: 1 })
  const bytes = writer.file({ x: ['batch', 65536], t: ['batch', 1] }, writer.node('Mul', ['x', mean]))
  const { tensors } = importOnnx(bytes)
  expect([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(2 ** 20)
})

it('a long chain of operations is no matter of the stack', () => {
  const bytes = graph((writer) => {
    let last = 'x'
    for (let i = 0; i < 20000; i++) last = writer.node('Identity', [last])
    return writer.node('Neg', [last])
  })
  expect(importOnnx(bytes).architecture.nodes.length).toBe(3)
})

it.each(['../w.bin', '/etc/passwd', 'a/../../w.bin', ''])(
  'weights at "%s" are asked for by that name alone',
  (location) => {
    const entry = (key: string, value: string): Uint8Array =>
      new BinaryWriter()
        .tag(1, WireType.LengthDelimited)
        .string(key)
        .tag(2, WireType.LengthDelimited)
        .string(value)
        .finish()
    const tensor = new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(4)
      .tag(2, WireType.Varint)
      .int32(1)
      .tag(8, WireType.LengthDelimited)
      .string('w')
      .tag(13, WireType.LengthDelimited)
      .bytes(entry('location', location))
      .tag(14, WireType.Varint)
      .int32(1)
      .finish()
    const asked: string[] = []
    const beside = (name: string): never => {
      asked.push(name)
      throw new RangeError('not here')
    }
    expect(() => importOnnx(withTensor(tensor), { beside })).toThrow('not here')
    expect(asked).toEqual([location])
  }
)
