import { axisOf, list, number } from './attributes.ts'
import { BATCH, heldCount, product, type Constant } from './constant.ts'
import { combineConstant } from './elementwise.ts'
import { batch, fresh, regroup, sizeOf, type Atom, type Value } from './layout.ts'
import { constantOf, value, valueOf, type Call, type Operand } from './operand.ts'
import { concatAxis, pickAxis, sliceAxis } from './select.ts'
import { sliceOf } from './shapes.ts'
import { constantParameter } from './spread.ts'
import { isInteger, TYPE } from './storedTensor.ts'
import { Unsupported } from './unsupported.ts'

type Operator = (call: Call) => Operand | readonly Operand[]

const unchanged: Operator = ({ inputs: [x] }) => x ?? value(valueOf(x))

/** To another type of number: that of a value may lose nothing on the way, since all numbers here are 32-bit floats. */
const cast: Operator = (call) => {
  const to = number(call.node, 'to', TYPE.float)
  const kept = to === TYPE.float || to === TYPE.double
  const told = call.whole || call.inputs[0]?.kind === 'label'
  if (kept || (told && isInteger(to))) return unchanged(call)
  if (to === TYPE.float16 || to === TYPE.bfloat16)
    throw new Unsupported('values rounded to half precision; export it in 32 bits')
  throw new Unsupported('values cut to integers or truth values')
}

/** To another shape with the same elements; a label is one number a row in whatever shape. */
const reshape: Operator = ({ inputs: [x], shape }) => {
  if (x?.kind === 'label') return { kind: 'label', axes: regrouped(x.axes, shape) }
  return value(regroup(valueOf(x), shape))
}

function regrouped(
  axes: readonly (readonly Atom[])[],
  shape: readonly number[]
): readonly (readonly Atom[])[] {
  return regroup({ node: -1, rows: [], columns: [], axes }, shape).axes
}

/** Operations that move numbers and compute nothing. */
export const reshaping: Readonly<Record<string, Operator>> = {
  Identity: unchanged,
  Dropout: unchanged,
  Cast: cast,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Transpose: ({ node, inputs: [x] }) => {
    const permute = (axes: readonly (readonly Atom[])[]): (readonly Atom[])[] =>
      (list(node, 'perm') ?? axes.map((_, i) => axes.length - 1 - i)).map((axis) => axes[axis])
    if (x?.kind === 'scores') return { kind: 'scores', scores: { ...x.scores, axes: permute(x.scores.axes) } }
    const of = valueOf(x)
    return value({ ...of, axes: permute(of.axes) })
  },
  Expand: ({ writer, inputs: [x], shape }) => {
    const of = valueOf(x)
    const rank = shape.length
    const axes = [...new Array<Atom[]>(rank - of.axes.length).fill([]), ...of.axes]
    const missing = shape.map((size, i) => (axes[i].length > 0 ? 1 : size))
    // Where nothing but the batch is missing, there is nothing to do.
    if (missing.every((size) => size === 1 || size === BATCH))
      return value({ ...of, axes: axes.map((atoms, i) => (missing[i] === 1 ? atoms : [batch])) })
    const filled = { shape: missing, data: writer.zeros(heldCount(missing)).fill(1) }
    return value(combineConstant(writer, { op: 'multiply' }, of, filled, 'ones'))
  },
  Slice: ({ writer, node, inputs }) => {
    const of = valueOf(inputs[0])
    const constants = inputs.map((input) => (input?.kind === 'constant' ? input.constant : undefined))
    const ranges = sliceOf(node, sizesOf(of), constants)
    if (ranges === undefined) throw new Unsupported('a slice whose ends are not constant')
    return value(ranges.reduce((part, range, axis) => sliceAxis(writer, part, axis, range), of))
  },
  Split: ({ writer, node, inputs: [x], shapes }) => {
    const of = valueOf(x)
    const axis = axisOf(node, number(node, 'axis', 0), of.axes.length)
    let from = 0
    return shapes.map((shape) => {
      const part = sliceAxis(writer, of, axis, { from, step: 1, length: shape[axis] })
      from += shape[axis]
      return value(part)
    })
  },
  Gather: ({ writer, node, inputs: [x, index], wanted, shape }) => {
    if (index?.kind === 'label') return embedding({ writer, wanted }, constantOf(x), index.axes, shape)
    const of = valueOf(x)
    const axis = axisOf(node, number(node, 'axis', 0), of.axes.length)
    const { data } = constantOf(index)
    const size = sizesOf(of)[axis]
    const places = Array.from(data, (place) => (place < 0 ? place + size : place))
    if (places.some((place) => place < 0 || place >= size))
      throw new Unsupported(`places beyond the ${size} of an axis`)
    return value(regroup(pickAxis(writer, of, axis, places), shape))
  },
  Concat: (call) => {
    const { writer, node, inputs, shape, nameOf } = call
    const axis = axisOf(node, number(node, 'axis', 0), shape.length)
    const like = inputs.find((input) => input?.kind === 'value')
    const values = inputs.map((input, i) =>
      input?.kind === 'constant'
        ? constantBeside(call, input.constant, valueOf(like), axis, nameOf(i))
        : valueOf(input)
    )
    return value(concatAxis(writer, values, axis))
  }
}

const sizesOf = ({ axes }: Value): number[] => axes.map(sizeOf)

/** A row of a table for the class: a layer on the condition, which holds a 1 at the place of the class. */
function embedding(
  { writer, wanted }: Pick<Call, 'writer' | 'wanted'>,
  { shape: [classes, ...rest], data }: Constant,
  axes: readonly (readonly Atom[])[],
  shape: readonly number[]
): Operand {
  const condition = writer.push({ op: 'condition' })
  const { width: told } = writer.shapes[condition]
  if (classes > told || classes < told - 1)
    throw new Unsupported(
      `a table of ${classes} rows for ${told - 1} classes; --classes says how many there are`
    )
  const width = product(rest)
  // A table without a row for no class at all has zeros for it.
  const weight = new Float32Array(width * told)
  for (let i = 0; i < classes; i++) for (let j = 0; j < width; j++) weight[j * told + i] = data[i * width + j]
  const node = writer.dense(wanted, condition, width, weight)
  const columns = rest.flatMap((size) => (size === 1 ? [] : [{ size }]))
  return value(regroup({ node, rows: [], columns, axes: [...axes, ...columns.map((atom) => [atom])] }, shape))
}

/** A constant that stands beside values, as a value of its own. */
function constantBeside(
  { writer }: Call,
  constant: Constant,
  like: Value,
  which: number,
  name: string
): Value {
  const { rows, columns, axes } = fresh(like)
  const own = axes.map((atoms, i) => (i === which ? [] : atoms))
  const along = { size: constant.shape[which] }
  const inRows = axes[which].some((atom) => rows.includes(atom))
  const here = (atoms: readonly Atom[]): Atom[] => atoms.filter((atom) => !axes[which].includes(atom))
  const [r, c] = inRows ? [[along, ...here(rows)], here(columns)] : [here(rows), [...here(columns), along]]
  const all = own.with(which, [along])
  const node = constantParameter(writer, name, constant, all, r, c)
  const { tokens } = writer.shapes[node]
  const wanted = sizeOf(r)
  const whole =
    tokens === wanted ? node : writer.mixTokens('repeat', node, wanted, new Float32Array(wanted).fill(1))
  return { node: whole, rows: r, columns: c, axes: all }
}
