import { heldCount, heldOf, type Constant } from './constant.ts'

/** Strides of a row-major array; 0 along an axis of which one number stands for all. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = heldOf(shape[i]) === 1 ? 0 : stride
    stride *= heldOf(shape[i])
  }
  return strides
}

/** Calls `visit` with the place of every element of `shape` under each of the strides, in row-major order. */
export function forEachPlace(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (index: number, places: readonly number[]) => void
): void {
  const sizes = shape.map(heldOf)
  const count = heldCount(shape)
  const index = new Array<number>(sizes.length).fill(0)
  const places = strides.map(() => 0)
  for (let i = 0; i < count; i++) {
    visit(i, places)
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      index[axis]++
      for (let k = 0; k < places.length; k++) places[k] += strides[k][axis]
      if (index[axis] < sizes[axis]) break
      for (let k = 0; k < places.length; k++) places[k] -= strides[k][axis] * sizes[axis]
      index[axis] = 0
    }
  }
}

/** The elements of a constant at `offset` and along `strides`, as an array of this shape. */
export function viewOf(
  { data }: Constant,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0
): Constant {
  const out =
    data instanceof Float32Array ? new Float32Array(heldCount(shape)) : new Float64Array(heldCount(shape))
  forEachPlace(shape, [strides], (i, [place]) => (out[i] = data[offset + place]))
  return { shape, data: out }
}

/** The shape of two arrays together: an axis of size 1 stands for as many as the other has. */
export function broadcastShape(x: readonly number[], y: readonly number[]): number[] | undefined {
  const rank = Math.max(x.length, y.length)
  const size = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1
  const shape: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const [a, b] = [size(x, axis), size(y, axis)]
    if (a !== b && a !== 1 && b !== 1) return undefined
    shape.push(a === 1 ? b : a)
  }
  return shape
}

/** The strides of an array of this shape where it is read as one of a larger shape. */
export function broadcastStrides(shape: readonly number[], larger: readonly number[]): number[] {
  const own = stridesOf(shape)
  return larger.map((_, axis) => own[axis - larger.length + shape.length] ?? 0)
}
