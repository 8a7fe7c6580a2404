import { BATCH, product } from './constant.ts'
import { Unsupported } from './unsupported.ts'

/** A factor of a value's size: axes of an ONNX tensor, and tokens and width of ours, are products of such. */
export interface Atom {
  readonly size: number
}

/** The axis that our values do not have: every row of the batch is one evaluation. */
export const batch: Atom = { size: BATCH }

/**
 * A tensor of an ONNX graph, kept as one of our values (tokens, width) a row: `node` makes it, row-major over `rows` (whose
 * product is the number of tokens) and then `columns` (the width). `axes` says of which atoms each axis of the tensor is the
 * product, in what order. To reshape or to transpose the tensor changes nothing but `axes`.
 */
export interface Value {
  readonly node: number
  readonly rows: readonly Atom[]
  readonly columns: readonly Atom[]
  readonly axes: readonly (readonly Atom[])[]
}

export const sizeOf = (atoms: readonly Atom[]): number => product(atoms.map(({ size }) => size))

export const isBatch = (atoms: readonly Atom[]): boolean => atoms.includes(batch)

/** The atoms that our value has. */
export const held = (atoms: readonly Atom[]): Atom[] => atoms.filter((atom) => atom !== batch)

/** An axis of this size; an axis of size 1 needs no atom. */
export const axis = (size: number): Atom[] => (size === 1 ? [] : [size === BATCH ? batch : { size }])

/** Puts others in the place of atoms. */
export function substitute(value: Value, others: ReadonlyMap<Atom, readonly Atom[]>): Value {
  const change = (atoms: readonly Atom[]): Atom[] => atoms.flatMap((atom) => others.get(atom) ?? [atom])
  return { ...value, rows: change(value.rows), columns: change(value.columns), axes: value.axes.map(change) }
}

/** The same value with atoms that no other value has. */
export function fresh(value: Value): Value {
  const atoms = [...value.rows, ...value.columns]
  return substitute(value, new Map(atoms.map(({ size }, i) => [atoms[i], [{ size }]])))
}

/** The same elements in row-major order, as an array of other sizes. */
export function regroup(value: Value, sizes: readonly number[]): Value {
  const splits = new Map<Atom, readonly Atom[]>()
  const queue = value.axes.flat()
  const axes = sizes.map((size) => {
    const taken: Atom[] = []
    for (let rest = size; rest > 1;) {
      const next = queue.shift()
      if (next === undefined) throw new Unsupported(`a reshape to [${sizes.join(', ')}]`)
      if (rest % next.size === 0) {
        taken.push(next)
        rest /= next.size
      } else if (next.size % rest === 0 && next !== batch) {
        const [first, second] = [{ size: rest }, { size: next.size / rest }]
        splitInto(splits, next, [first, second])
        queue.unshift(second)
        taken.push(first)
        rest = 1
      } else throw new Unsupported(`a reshape to [${sizes.join(', ')}] that mixes axes`)
    }
    return taken
  })
  return {
    ...substitute(value, splits),
    axes: axes.map((atoms) => atoms.flatMap((atom) => splits.get(atom) ?? [atom]))
  }
}

/** Remembers a split, also in what was split before. */
function splitInto(splits: Map<Atom, readonly Atom[]>, atom: Atom, parts: readonly Atom[]): void {
  for (const [whole, its] of splits)
    splits.set(
      whole,
      its.flatMap((each) => (each === atom ? parts : [each]))
    )
  splits.set(atom, parts)
}

/**
 * Two values whose given axes are made of the same atoms, in the same order: atoms are split until they fit. The second gets
 * the atoms of the first.
 */
export function align(
  x: Value,
  y: Value,
  pairs: readonly (readonly [ofX: number, ofY: number])[]
): [Value, Value] {
  let first = x
  let second = fresh(y)
  for (const [i, j] of pairs) {
    const sizes = refinement(first.axes[i], second.axes[j])
    first = refine(first, i, sizes)
    second = refine(second, j, sizes)
    const target = first.axes[i]
    second = substitute(second, new Map(second.axes[j].map((atom, k) => [atom, [target[k]]])))
  }
  return [first, second]
}

/** The coarsest sizes that both lists of atoms can be split into. */
function refinement(x: readonly Atom[], y: readonly Atom[]): number[] {
  const [a, b] = [x.map(({ size }) => size), y.map(({ size }) => size)]
  const sizes: number[] = []
  while (a.length > 0 && b.length > 0) {
    const [p, q] = [a.shift()!, b.shift()!]
    const [small, large, rest] = p <= q ? [p, q, b] : [q, p, a]
    if (large % small !== 0) throw new Unsupported('axes that are cut in ways that do not fit each other')
    sizes.push(small)
    if (large > small) rest.unshift(large / small)
  }
  if (a.length + b.length > 0) throw new Unsupported('axes of different sizes')
  return sizes
}

/** Splits the atoms of one axis into atoms of these sizes. */
function refine(value: Value, which: number, sizes: readonly number[]): Value {
  const alone = regroup(
    { node: -1, rows: held(value.axes[which]), columns: [], axes: [value.axes[which]] },
    sizes
  )
  const parts = alone.axes.flat()
  const splits = new Map<Atom, readonly Atom[]>()
  let at = 0
  for (const atom of value.axes[which]) {
    const from = at
    for (let size = 1; size < atom.size; at++) size *= parts[at].size
    splits.set(atom, parts.slice(from, at))
  }
  return substitute(value, splits)
}
