/**
 * Takes the vectors out of a WebAssembly module: each vector becomes its lanes, each operation on vectors the same
 * operation on every lane, which by the definition of these operations gives the same bits.
 *
 * So the build for machines without SIMD is made from the one with it, and there is one source for both.
 *
 *     node scripts/simd/lower.ts FROM TO
 */
import { readFileSync, writeFileSync } from 'node:fs'
import binaryen from 'binaryen'
import { isVector, look, type Expression, type Info } from './expression.ts'
import { KINDS, Lanes, unknown, type Kind, type Places } from './lanes.ts'

/** The module without vectors. @throws Error where it uses an operation on vectors that is not known here. */
export function lowerSimd(bytes: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(bytes)
  const { NontrappingFPToInt, MutableGlobals, BulkMemory, BulkMemoryOpt, SignExt, SIMD128 } =
    binaryen.Features
  const scalar = MutableGlobals | NontrappingFPToInt | BulkMemory | BulkMemoryOpt | SignExt
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a set of features is the sum of theirs
  module.setFeatures(scalar | SIMD128)
  module.runPasses(['flatten']) // every operand is a local or a constant now
  const names = Array.from({ length: module.getNumFunctions() }, (_, i) => infoOf(module, i).name)
  for (const name of names) lowerFunction(module, name)
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
  module.setFeatures(scalar)
  if (!module.validate()) throw new Error('the module without vectors is not valid')
  binaryen.setOptimizeLevel(3)
  binaryen.setShrinkLevel(0)
  module.optimize()
  const lowered = module.emitBinary()
  module.dispose()
  return lowered
}

const infoOf = (module: binaryen.Module, i: number): binaryen.FunctionInfo =>
  binaryen.getFunctionInfo(module.getFunctionByIndex(i))

function lowerFunction(module: binaryen.Module, name: string): void {
  const { params, results, vars, body } = binaryen.getFunctionInfo(module.getFunction(name))
  const types = [...binaryen.expandType(params), ...vars]
  const more: binaryen.Type[] = []
  const take = (kind: Kind): number[] => {
    const { lanes, local } = KINDS[kind]
    const first = types.length + more.length
    more.push(...new Array<binaryen.Type>(lanes).fill(local))
    return Array.from({ length: lanes }, (_, k) => first + k)
  }
  const kinds = kindsOf(body, types.length)
  const places: Places = new Map(
    types.flatMap((type, i) =>
      type === binaryen.v128 ? [[i, { kind: kinds[i], lanes: take(kinds[i]) }]] : []
    )
  )
  const scratch = { f32: take('f32'), f64: take('f64'), i32: take('i32'), i64: take('i64') }
  const lowered = new Lowering(module, places, scratch).statement(body)
  module.removeFunction(name)
  // What held a vector holds nothing now, and is dropped with what else is not used.
  const emptied = vars.map((type) => (type === binaryen.v128 ? binaryen.i32 : type))
  module.addFunction(name, params, results, [...emptied, ...more], lowered)
}

const DOUBLES: readonly number[] = [
  binaryen.AddVecF64x2,
  binaryen.SubVecF64x2,
  binaryen.MulVecF64x2,
  binaryen.DivVecF64x2,
  binaryen.PMaxVecF64x2
]
const LONGS: readonly number[] = [binaryen.AddVecI64x2, binaryen.SubVecI64x2]
const BITS: readonly number[] = [
  binaryen.AndVec128,
  binaryen.AndNotVec128,
  binaryen.OrVec128,
  binaryen.XorVec128,
  binaryen.LtVecF32x4,
  binaryen.GtVecF32x4,
  binaryen.LtSVecI32x4,
  binaryen.AddVecI32x4,
  binaryen.DotSVecI16x8ToVecI32x4,
  binaryen.NarrowSVecI32x4ToVecI16x8
]

/** As what an operation leaves its vector; undefined where that says nothing, as of what is read from memory. */
function madeBy({ id, op }: Info): Kind | undefined {
  if (id === binaryen.BinaryId) {
    if (DOUBLES.includes(op)) return 'f64'
    if (LONGS.includes(op) || op === binaryen.LtVecF64x2) return 'i64'
    return BITS.includes(op) ? 'i32' : 'f32'
  }
  if (id === binaryen.UnaryId) {
    if (op === binaryen.SplatVecF64x2 || op === binaryen.PromoteLowVecF32x4ToVecF64x2) return 'f64'
    return op === binaryen.SplatVecI32x4 ? 'i32' : op === binaryen.SplatVecI64x2 ? 'i64' : 'f32'
  }
  if (id === binaryen.SIMDShiftId) return op === binaryen.ShlVecI32x4 ? 'i32' : 'i64'
  return id === binaryen.SIMDTernaryId ? 'i32' : undefined
}

/** As what an operation takes its vectors, where it is not all the same to it. */
function takenBy({ id, op }: Info): Kind | undefined {
  if (id === binaryen.BinaryId) {
    if (DOUBLES.includes(op) || op === binaryen.LtVecF64x2) return 'f64'
    return LONGS.includes(op) ? 'i64' : undefined
  }
  if (id === binaryen.SIMDExtractId) return EXTRACTED.get(op)
  return id === binaryen.UnaryId && op === binaryen.DemoteZeroVecF64x2ToVecF32x4 ? 'f64' : undefined
}

const EXTRACTED: ReadonlyMap<number, Kind> = new Map([
  [binaryen.ExtractLaneVecF32x4, 'f32'],
  [binaryen.ExtractLaneVecF64x2, 'f64'],
  [binaryen.ExtractLaneVecI32x4, 'i32'],
  [binaryen.ExtractLaneVecI64x2, 'i64']
])

const PASSES = 3 // from copy to copy, what a vector is used as comes to where it is read from memory

/** How each local is best kept: as what is put there, or else as it is used. What is wrong costs time, never bits. */
function kindsOf(body: Expression, count: number): Kind[] {
  const kinds = new Array<Kind | undefined>(count).fill(undefined)
  const used = new Array<Kind | undefined>(count).fill(undefined)
  const visit = (expression: Expression): void => {
    const info = look(expression)
    const { id, index, value, children, body: loop, ifTrue, ifFalse } = info
    if (id === binaryen.BlockId) children.forEach(visit)
    for (const part of [loop, id === binaryen.IfId ? ifTrue : 0, id === binaryen.IfId ? ifFalse : 0])
      if (typeof part === 'number' && part !== 0) visit(part)
    if (id !== binaryen.LocalSetId) return
    const source = look(value)
    const taken = takenBy(source)
    for (const part of taken === undefined ? [] : [source.left, source.right, source.value, source.vec]) {
      const operand = typeof part === 'number' ? look(part) : undefined
      if (operand?.id === binaryen.LocalGetId) used[operand.index] = taken
    }
    if (!isVector(value)) return
    if (source.id !== binaryen.LocalGetId) {
      kinds[index] = madeBy(source) ?? kinds[index]
    } else {
      kinds[index] = kinds[source.index] ?? kinds[index]
      used[source.index] ??= kinds[index] ?? used[index]
    }
  }
  for (let pass = 0; pass < PASSES; pass++) visit(body)
  return kinds.map((kind, index) => kind ?? used[index] ?? 'f32')
}

class Lowering {
  readonly #module: binaryen.Module
  readonly #lanes: Lanes
  readonly #places: Places
  readonly #scratch: Readonly<Record<Kind, readonly number[]>>

  constructor(module: binaryen.Module, places: Places, scratch: Readonly<Record<Kind, readonly number[]>>) {
    this.#module = module
    this.#lanes = new Lanes(module, places)
    this.#places = places
    this.#scratch = scratch
  }

  /** A statement without vectors. */
  statement(expression: Expression): Expression {
    const m = this.#module
    const info = look(expression)
    const part = (name: string): Expression => info[name] as Expression
    if (info.id === binaryen.BlockId) {
      const children = info.children.map((child) => this.statement(child))
      return m.block(info.name, children, info.type)
    }
    if (info.id === binaryen.LoopId) return m.loop(info.name, this.statement(part('body')))
    if (info.id === binaryen.IfId) {
      const otherwise = part('ifFalse')
      return m.if(
        part('condition'),
        this.statement(part('ifTrue')),
        otherwise === 0 ? undefined : this.statement(otherwise)
      )
    }
    if (info.id === binaryen.LocalSetId) return this.#set(expression, info)
    if (info.id === binaryen.StoreId && isVector(info.value)) {
      const { kind, lanes } = this.#lanes.of(info.value)
      const bytes = 16 / lanes.length
      return m.block(
        null,
        lanes.map((lane, k) =>
          m[kind].store(info.offset + bytes * k, bytes, m.copyExpression(part('ptr')), lane())
        )
      )
    }
    if (info.id === binaryen.DropId && isVector(info.value)) return m.nop()
    return expression
  }

  #set(expression: Expression, { index, value }: Info): Expression {
    const m = this.#module
    const places = this.#places.get(index)
    if (places === undefined) {
      const scalar = this.#scalar(value)
      return scalar === value ? expression : m.local.set(index, scalar)
    }
    const { kind, lanes } = this.#lanes.as(places.kind, this.#lanes.of(value))
    // All lanes are found before the first is put in place: the value may read the local itself.
    const found = this.#scratch[kind]
    return m.block(null, [
      ...lanes.map((lane, k) => m.local.set(found[k], lane())),
      ...places.lanes.map((place, k) => m.local.set(place, m.local.get(found[k], KINDS[kind].local)))
    ])
  }

  /** What a vector is asked for, of its lanes. */
  #scalar(expression: Expression): Expression {
    const m = this.#module
    const { id, op, vec, index, value } = look(expression)
    if (id === binaryen.SIMDExtractId) {
      const kind = EXTRACTED.get(op)
      if (kind === undefined) return unknown(op)
      return this.#lanes.as(kind, this.#lanes.of(vec as Expression)).lanes[index]()
    }
    if (id === binaryen.UnaryId && op === binaryen.AnyTrueVec128) {
      const [first, ...rest] = this.#lanes.as('i32', this.#lanes.of(value)).lanes
      return m.i32.ne(
        rest.reduce((any, lane) => m.i32.or(any, lane()), first()),
        m.i32.const(0)
      )
    }
    if (id === binaryen.UnaryId && op === binaryen.AllTrueVecI64x2) {
      const [first, second] = this.#lanes.as('i64', this.#lanes.of(value)).lanes
      return m.i32.and(m.i64.ne(first(), m.i64.const(0n)), m.i64.ne(second(), m.i64.const(0n)))
    }
    return expression
  }
}

if (import.meta.main) {
  const [from, to] = process.argv.slice(2)
  writeFileSync(to, lowerSimd(readFileSync(from)))
}
