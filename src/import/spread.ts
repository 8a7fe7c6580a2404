import { arrange, placesIn, same } from './arrange.ts'
import { heldOf, type Constant } from './constant.ts'
import { batch, held, sizeOf, type Atom, type Value } from './layout.ts'
import { stridesOf } from './strided.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

const MOST_WEIGHTS = 2 ** 22 // of a matrix that does nothing but repeat numbers

/**
 * A value as a node over these rows and columns, or over one token where it is the same for all; what it lacks is repeated.
 * Its atoms are among them.
 */
export function spread(
  writer: GraphWriter,
  value: Value,
  rows: readonly Atom[],
  columns: readonly Atom[]
): number {
  const own = new Set([...value.rows, ...value.columns])
  const [ownRows, ownColumns] = [rows, columns].map((atoms) => atoms.filter((atom) => own.has(atom)))
  let { node } = arrange(writer, value, ownRows, ownColumns)
  if (ownRows.length > 0 && !same(ownRows, rows))
    node = writer.mixTokens('repeat', node, sizeOf(rows), repetition(writer, ownRows, rows))
  if (!same(ownColumns, columns))
    node = writer.dense('repeat', node, sizeOf(columns), repetition(writer, ownColumns, columns))
  return node
}

function repetition(writer: GraphWriter, own: readonly Atom[], all: readonly Atom[]): Float32Array {
  const [from, to] = [sizeOf(own), sizeOf(all)]
  if (from * to > MOST_WEIGHTS) throw new Unsupported(`${from} numbers repeated to ${to}`)
  const out = writer.zeros(from * to)
  placesIn(own, all).forEach((place, i) => (out[i * from + place] = 1))
  return out
}

/** A constant whose axes are these atoms, as a parameter over rows and columns, or over one token where it is the same for all. */
export function constantParameter(
  writer: GraphWriter,
  name: string,
  constant: Constant,
  axes: readonly (readonly Atom[])[],
  rows: readonly Atom[],
  columns: readonly Atom[]
): number {
  const { tokens, data } = constantOver(constant, axes, rows, columns)
  return writer.parameter(name, tokens, sizeOf(columns), data)
}

/** The numbers of such a parameter. */
function constantOver(
  { shape, data }: Constant,
  axes: readonly (readonly Atom[])[],
  rows: readonly Atom[],
  columns: readonly Atom[]
): { tokens: number; data: Float32Array } {
  // An axis on which the constant has one number for all has no atoms of its own.
  const own = axes.map((atoms, i) => (heldOf(shape[i]) === 1 ? [] : held(atoms)))
  const strides = stridesOf(shape)
  const varies = new Set(own.flat())
  const over = rows.some((atom) => varies.has(atom)) ? [...rows, ...columns] : columns
  const tokens = over === columns ? 1 : sizeOf(rows)
  const places = new Int32Array(sizeOf(over))
  own.forEach((atoms, i) => {
    if (atoms.length === 0) return
    placesIn(atoms, over).forEach((place, k) => (places[k] += place * strides[i]))
  })
  return { tokens, data: Float32Array.from(places, (place) => data[place]) }
}

/** The axes of an array of this shape beside those of a value, aligned from behind; new atoms where the value has none. */
export function axesBeside(shape: readonly number[], value: Value): (readonly Atom[])[] {
  const { axes } = value
  return shape.map((size, i) => {
    if (size === 1) return []
    const own = axes[i - shape.length + axes.length] ?? []
    if (own.length > 0) return own
    return heldOf(size) === 1 ? [batch] : [{ size }]
  })
}
