import { sizeOf, type Atom, type Value } from './layout.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

const MOST_WEIGHTS = 2 ** 22 // of a matrix that does nothing but move numbers

/** Moves the elements of a value until it lies row-major over these rows and columns, which are its own atoms. */
export function arrange(
  writer: GraphWriter,
  value: Value,
  rows: readonly Atom[],
  columns: readonly Atom[]
): Value {
  const node = moved(writer, value.node, [...value.rows, ...value.columns], [...rows, ...columns])
  return { ...value, node: writer.reshape(node, sizeOf(rows), sizeOf(columns)), rows, columns }
}

function moved(writer: GraphWriter, node: number, have: readonly Atom[], want: readonly Atom[]): number {
  if (same(have, want)) return node
  const start = have.indexOf(want[0])
  const turned = [...have.slice(start), ...have.slice(0, start)]
  // To bring the last axes to the front, whole, is to transpose.
  const turn = (): number =>
    writer.transpose(writer.reshape(node, sizeOf(have.slice(0, start)), sizeOf(have.slice(start))))
  if (same(turned, want)) return turn()
  const patched = swappedPatches(writer, node, have, want)
  if (patched !== undefined) return patched
  const [direct, after] = [costOf(have, want), costOf(turned, want)]
  if (after < direct) return permuted(writer, turn(), turned, want)
  return permuted(writer, node, have, want)
}

/** (rows, p, columns, p, channels) to (rows, columns, p, p, channels), or back. */
function swappedPatches(
  writer: GraphWriter,
  node: number,
  have: readonly Atom[],
  want: readonly Atom[]
): number | undefined {
  if (have.length < 4) return undefined
  const [a, b, c, d, ...rest] = have
  if (!same(want, [a, c, b, d, ...rest])) return undefined
  const channels = sizeOf(rest)
  const all = sizeOf(have)
  if (b.size === d.size) {
    const image = [a.size * b.size, c.size * d.size, channels] as [number, number, number]
    return writer.push({ op: 'patches', inputs: [writer.reshape(node, 1, all)], image, patch: b.size })
  }
  if (c.size !== d.size) return undefined
  const image = [a.size * c.size, b.size * d.size, channels] as [number, number, number]
  const tokens = writer.reshape(node, a.size * b.size, all / (a.size * b.size))
  return writer.push({ op: 'unpatch', inputs: [tokens], image, patch: c.size })
}

/** How many atoms are in place already, counted from the front and from behind. */
function inPlace(have: readonly Atom[], want: readonly Atom[]): { front: number; behind: number } {
  let [front, behind] = [0, 0]
  while (have[front] === want[front]) front++
  while (have.at(-1 - behind) === want.at(-1 - behind)) behind++
  return { front, behind }
}

/** The smaller of the matrices that would permute the columns, or the tokens. */
function costOf(have: readonly Atom[], want: readonly Atom[]): number {
  const { front, behind } = inPlace(have, want)
  return Math.min(sizeOf(have.slice(front)), sizeOf(have.slice(0, have.length - behind))) ** 2
}

/** By a matrix of zeros and ones, which is exact; where it follows a layer, it becomes part of it (simplify.ts). */
function permuted(writer: GraphWriter, node: number, have: readonly Atom[], want: readonly Atom[]): number {
  if (costOf(have, want) > MOST_WEIGHTS)
    throw new Unsupported(
      `its ${sizeOf(have)} numbers in an order that would need a matrix of ${costOf(have, want)}`
    )
  const { front, behind } = inPlace(have, want)
  const end = have.length - behind
  const [columns, tokens] = [sizeOf(have.slice(front)), sizeOf(have.slice(0, end))]
  if (columns <= tokens) {
    const x = writer.reshape(node, sizeOf(have.slice(0, front)), columns)
    return writer.dense('order', x, columns, permutation(writer, have.slice(front), want.slice(front)))
  }
  const x = writer.reshape(node, tokens, sizeOf(have.slice(end)))
  return writer.mixTokens('order', x, tokens, permutation(writer, have.slice(0, end), want.slice(0, end)))
}

function permutation(writer: GraphWriter, have: readonly Atom[], want: readonly Atom[]): Float32Array {
  const size = sizeOf(have)
  const out = writer.zeros(size * size)
  placesIn(have, want).forEach((from, to) => (out[to * size + from] = 1))
  return out
}

/**
 * For every index over the atoms `over`, row-major, its place in an array over the atoms `array`; atoms that the array does not
 * have make no difference.
 */
export function placesIn(array: readonly Atom[], over: readonly Atom[]): Int32Array {
  const strides = new Map<Atom, number>()
  let stride = 1
  for (const atom of array.toReversed()) {
    strides.set(atom, stride)
    stride *= atom.size
  }
  let places = Int32Array.of(0)
  for (const atom of over) {
    const step = strides.get(atom) ?? 0
    const next = new Int32Array(places.length * atom.size)
    for (let i = 0, to = 0; i < places.length; i++)
      for (let j = 0; j < atom.size; j++, to++) next[to] = places[i] + j * step
    places = next
  }
  return places
}

export function same(x: readonly Atom[], y: readonly Atom[]): boolean {
  return x.length === y.length && x.every((atom, i) => atom === y[i])
}
