import { heldCount, type Constant } from './constant.ts'
import { align, held, isBatch, type Atom, type Value } from './layout.ts'
import { axesBeside, constantParameter, spread } from './spread.ts'
import type { GraphWriter } from './writer.ts'

/** x + factor y or x y, of two tensors whose shapes fit as ONNX has it: an axis of size 1 stands for as many as the other has. */
export function combine(
  writer: GraphWriter,
  op: { readonly op: 'add'; readonly factor?: number } | { readonly op: 'multiply' },
  x: Value,
  y: Value
): Value {
  const rank = Math.max(x.axes.length, y.axes.length)
  const [first, second] = aligned(padded(x, rank), padded(y, rank))
  const axes = first.axes.map((atoms, i) => union(atoms, second.axes[i]))
  const [large, small] = atomsOf(first).length >= atomsOf(second).length ? [first, second] : [second, first]
  const own = new Set(atomsOf(large))
  const rows = [...large.rows, ...small.rows.filter((atom) => !own.has(atom))]
  const columns = [...large.columns, ...small.columns.filter((atom) => !own.has(atom))]
  const inputs = [first, second].map((value) => spread(writer, value, rows, columns))
  return { node: writer.push({ ...op, inputs: inputs }), rows, columns, axes }
}

/** The same with a constant in the place of y. */
export function combineConstant(
  writer: GraphWriter,
  op: { readonly op: 'add'; readonly factor?: number } | { readonly op: 'multiply' },
  x: Value,
  constant: Constant,
  name: string
): Value {
  const rank = Math.max(x.axes.length, constant.shape.length)
  const value = padded(x, rank)
  const shape = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape]
  const beside = axesBeside(shape, value)
  const axes = value.axes.map((atoms, i) => union(atoms, beside[i]))
  const own = new Set(atomsOf(value))
  const added = beside.map((atoms) => held(atoms).filter((atom) => !own.has(atom)))
  // What comes before the columns of x in the tensor becomes tokens.
  const before = value.axes.findIndex((atoms) => atoms.some((atom) => value.columns.includes(atom)))
  const rows = [...value.rows, ...added.slice(0, Math.max(before, 0)).flat()]
  const columns = [...value.columns, ...added.slice(Math.max(before, 0)).flat()]
  const node = spread(writer, value, rows, columns)
  const parameter =
    heldCount(constant.shape) === 1
      ? uniform(writer, name, constant.data[0], node)
      : constantParameter(writer, name, { ...constant, shape }, beside, rows, columns)
  return { node: writer.push({ ...op, inputs: [node, parameter] }), rows, columns, axes }
}

/** Every number times one factor. */
export function scaled(writer: GraphWriter, of: Value, factor: number): Value {
  const constant = { shape: [], data: Float32Array.of(factor) }
  return combineConstant(writer, { op: 'multiply' }, of, constant, 'factor')
}

function uniform(writer: GraphWriter, name: string, number: number, node: number): number {
  const { width } = writer.shapes[node]
  return writer.parameter(name, 1, width, new Float32Array(width).fill(number))
}

const atomsOf = ({ rows, columns }: Value): Atom[] => [...rows, ...columns]

const padded = (value: Value, rank: number): Value => ({
  ...value,
  axes: [...new Array<Atom[]>(rank - value.axes.length).fill([]), ...value.axes]
})

const union = (x: readonly Atom[], y: readonly Atom[]): readonly Atom[] => (x.length > 0 ? x : y)

/** The axes that both have become the same atoms. */
function aligned(x: Value, y: Value): [Value, Value] {
  const both = x.axes.flatMap((atoms, i) =>
    atoms.length > 0 && y.axes[i].length > 0 ? [[i, i] as const] : []
  )
  // An axis of the batch alone is the same on both sides already.
  return align(
    x,
    y,
    both.filter(([i]) => !(isBatch(x.axes[i]) && x.axes[i].length === 1))
  )
}
