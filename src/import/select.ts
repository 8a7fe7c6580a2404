import { arrange } from './arrange.ts'
import { batch, held, sizeOf, substitute, align, type Atom, type Value } from './layout.ts'
import type { Range } from './shapes.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

/** The range of one axis of a value. */
export function sliceAxis(writer: GraphWriter, value: Value, which: number, range: Range): Value {
  const { from, step, length } = range
  if (from === 0 && step === 1 && length === sizeOf(value.axes[which])) return value
  const { joined, atom } = oneAtom(value, which)
  if (atom === undefined) return joined
  if (step !== 1 || length === 0) throw new Unsupported(`every ${step} of ${atom.size}`)
  return cut(writer, joined, atom, from, length)
}

function cut(writer: GraphWriter, value: Value, atom: Atom, from: number, length: number): Value {
  const { outer, inner } = around(value, atom)
  const parts = writer.push({
    op: 'slice',
    inputs: [writer.reshape(value.node, outer, atom.size * inner)],
    from: from * inner,
    width: length * inner
  })
  return resized(writer, value, parts, atom, length)
}

/** Some places of an axis, one after another. */
export function pickAxis(writer: GraphWriter, value: Value, which: number, places: readonly number[]): Value {
  const [first] = places
  if (places.every((place, i) => place === first + i))
    return sliceAxis(writer, value, which, { from: first, step: 1, length: places.length })
  const { joined, atom } = oneAtom(value, which)
  if (atom === undefined || places.length > 64) throw new Unsupported(`${places.length} places of an axis`)
  const { outer, inner } = around(joined, atom)
  const whole = writer.reshape(joined.node, outer, atom.size * inner)
  const parts = places.map((place) =>
    writer.push({ op: 'slice', inputs: [whole], from: place * inner, width: inner })
  )
  return resized(writer, joined, writer.push({ op: 'concat', inputs: parts }), atom, places.length)
}

/** The values one after another along an axis. */
export function concatAxis(writer: GraphWriter, values: readonly Value[], which: number): Value {
  const [first, ...others] = values.map((value) => oneAtom(value, which, true).joined)
  const rest = first.axes.flatMap((atoms, i) =>
    i === which || held(atoms).length === 0 ? [] : [[i, i] as const]
  )
  let head = first
  const tails: Value[] = []
  for (const other of others) {
    const [a, b] = align(head, other, rest)
    if (
      a !== head &&
      tails.length > 0 &&
      a.rows.length + a.columns.length !== head.rows.length + head.columns.length
    )
      throw new Unsupported('values side by side whose axes are cut in different ways')
    head = a
    tails.push(b)
  }
  const [atom] = head.axes[which]
  const { outer } = around(head, atom)
  const inputs = [head, ...tails].map((value) => {
    const [own] = value.axes[which]
    return writer.reshape(
      inOrder(writer, value, head, own, atom),
      outer,
      sizeOf([...value.rows, ...value.columns]) / outer
    )
  })
  const total = [head, ...tails].reduce((sum, { axes }) => sum + axes[which][0].size, 0)
  return resized(writer, head, writer.push({ op: 'concat', inputs }), atom, total)
}

/** The node of a value whose elements lie in the order of another's. */
function inOrder(writer: GraphWriter, value: Value, like: Value, own: Atom, atom: Atom): number {
  const put = (atoms: readonly Atom[]): Atom[] => atoms.map((each) => (each === atom ? own : each))
  return arrange(writer, value, put(like.rows), put(like.columns)).node
}

/** The value with one atom for an axis: its atoms must lie together, as they do in whatever was not cut to pieces. */
function oneAtom(value: Value, which: number, always = false): { joined: Value; atom: Atom | undefined } {
  const atoms = value.axes[which]
  if (atoms.includes(batch)) throw new Unsupported('rows of the batch apart from the others')
  if (atoms.length === 1) return { joined: value, atom: atoms[0] }
  if (atoms.length === 0) {
    if (!always) return { joined: value, atom: undefined }
    const atom = { size: 1 }
    // A place for what is put beside it: before the columns where the axis is, in the tensor, before theirs.
    const columnsFrom = value.axes.findIndex((each) => each.some((one) => value.columns.includes(one)))
    const asRow = columnsFrom >= 0 && which < columnsFrom
    const rows = asRow ? [atom, ...value.rows] : value.rows
    const columns = asRow ? value.columns : [...value.columns, atom]
    return { joined: { ...value, rows, columns, axes: value.axes.with(which, [atom]) }, atom }
  }
  const base = [...value.rows, ...value.columns]
  const start = base.indexOf(atoms[0])
  if (!atoms.every((atom, i) => base[start + i] === atom))
    throw new Unsupported('a part of an axis that is cut to pieces')
  const atom = { size: sizeOf(atoms) }
  const [head, ...tail] = atoms
  const replaced = substitute(
    value,
    new Map<Atom, Atom[]>([[head, [atom]], ...tail.map((each) => [each, []] as [Atom, Atom[]])])
  )
  return { joined: replaced, atom }
}

function around(value: Value, atom: Atom): { outer: number; inner: number } {
  const base = [...value.rows, ...value.columns]
  const at = base.indexOf(atom)
  return { outer: sizeOf(base.slice(0, at)), inner: sizeOf(base.slice(at + 1)) }
}

/** A node that holds the elements of a value with another size for one atom. */
function resized(writer: GraphWriter, value: Value, node: number, atom: Atom, size: number): Value {
  const now = substitute(value, new Map([[atom, size === 1 ? [] : [{ size }]]]))
  return { ...now, node: writer.reshape(node, sizeOf(now.rows), sizeOf(now.columns)) }
}
