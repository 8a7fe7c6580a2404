import binaryen from 'binaryen'
import { look, type Expression, type Info } from './expression.ts'

/** How the lanes of a vector are kept: four f32, two f64, four i32 or two i64. */
export type Kind = 'f32' | 'f64' | 'i32' | 'i64'
export const KINDS = {
  f32: { lanes: 4, local: binaryen.f32 },
  f64: { lanes: 2, local: binaryen.f64 },
  i32: { lanes: 4, local: binaryen.i32 },
  i64: { lanes: 2, local: binaryen.i64 }
}

/** The lanes of a vector; each call makes an expression of its own, for a tree must not share them. */
export interface Vector {
  readonly kind: Kind
  readonly lanes: readonly (() => Expression)[]
}

/** Where the lanes of each local that held a vector are now: locals of one kind. */
export type Places = ReadonlyMap<number, { readonly kind: Kind; readonly lanes: readonly number[] }>

/** Expressions on vectors, whose operands are locals and constants, as expressions on their lanes. */
export class Lanes {
  readonly #module: binaryen.Module
  readonly #places: Places

  constructor(module: binaryen.Module, places: Places) {
    this.#module = module
    this.#places = places
  }

  /** The lanes of an expression. @throws Error for an operation that has no scalar form here. */
  of(expression: Expression): Vector {
    const info = look(expression)
    const part = (name: string): Expression => info[name] as Expression
    switch (info.id) {
      case binaryen.LocalGetId:
        return this.#local(info.index)
      case binaryen.ConstId:
        return this.#constant(info.value)
      case binaryen.LoadId:
        return this.#load('f32', info.offset, part('ptr'), [0, 4, 8, 12])
      case binaryen.SIMDLoadId:
        return this.#spread(info, part('ptr'))
      case binaryen.UnaryId:
        return this.#unary(info.op, info.value)
      case binaryen.BinaryId:
        return this.#binary(info.op, part('left'), part('right'))
      case binaryen.SIMDShiftId:
        return this.#shift(info.op, part('vec'), part('shift'))
      case binaryen.SIMDTernaryId:
        return this.#select(info.op, part('a'), part('b'), part('c'))
      case binaryen.SIMDShuffleId:
        return this.#shuffle(part('left'), part('right'), info.mask as number[])
      default:
        return unknown(binaryen.emitText(expression))
    }
  }

  /** Whole words of both, in the order that the mask of bytes gives them. */
  #shuffle(left: Expression, right: Expression, mask: readonly number[]): Vector {
    const words = [left, right].flatMap((part) => this.as('i32', this.of(part)).lanes)
    if (mask.some((byte, i) => byte % 4 !== i % 4 || byte - (i % 4) !== mask[i - (i % 4)]))
      unknown(`shuffle ${mask.join(' ')}`)
    return { kind: 'i32', lanes: [0, 4, 8, 12].map((i) => words[mask[i] / 4]) }
  }

  #local(index: number): Vector {
    const place = this.#places.get(index)
    if (place === undefined) return unknown(`local ${index}`)
    const { kind, lanes } = place
    return { kind, lanes: lanes.map((lane) => () => this.#module.local.get(lane, KINDS[kind].local)) }
  }

  /** As words: a number would lose the bits of a mask that is no number. */
  #constant(bytes: readonly number[]): Vector {
    const words = new Int32Array(Uint8Array.from(bytes).buffer)
    return { kind: 'i32', lanes: Array.from(words, (word) => () => this.#module.i32.const(word)) }
  }

  /** A lane from each place in memory; where there is none, zero. */
  #load(kind: Kind, offset: number, pointer: Expression, places: readonly (number | undefined)[]): Vector {
    const m = this.#module
    const bytes = 16 / KINDS[kind].lanes
    const lanes = places.map(
      (place) => () =>
        place === undefined ? m[kind].const(0) : m[kind].load(offset + place, bytes, this.#copy(pointer))
    )
    return { kind, lanes }
  }

  #spread({ op, offset }: Info, pointer: Expression): Vector {
    switch (op) {
      case binaryen.Load32SplatVec128:
        return this.#load('f32', offset, pointer, [0, 0, 0, 0])
      case binaryen.Load64SplatVec128:
        return this.#load('f64', offset, pointer, [0, 0])
      case binaryen.Load32ZeroVec128:
        return this.#load('f32', offset, pointer, [0, undefined, undefined, undefined])
      case binaryen.Load64ZeroVec128:
        return this.#load('f32', offset, pointer, [0, 4, undefined, undefined])
      default:
        return unknown(op)
    }
  }

  #unary(op: binaryen.Operations, value: Expression): Vector {
    const m = this.#module
    const each = (kind: Kind, of: (lane: Expression) => Expression): Vector => ({
      kind,
      lanes: this.as(kind, this.of(value)).lanes.map((lane) => () => of(lane()))
    })
    const same = (kind: Kind): Vector => ({
      kind,
      lanes: Array.from({ length: KINDS[kind].lanes }, () => () => this.#copy(value))
    })
    switch (op) {
      case binaryen.AbsVecF32x4:
        return each('f32', (lane) => m.f32.abs(lane))
      case binaryen.NegVecF32x4:
        return each('f32', (lane) => m.f32.neg(lane))
      case binaryen.ConvertSVecI32x4ToVecF32x4: {
        const lanes = this.as('i32', this.of(value)).lanes
        return { kind: 'f32', lanes: lanes.map((lane) => () => m.f32.convert_s.i32(lane())) }
      }
      case binaryen.SplatVecF32x4:
        return same('f32')
      case binaryen.SplatVecF64x2:
        return same('f64')
      case binaryen.SplatVecI32x4:
        return same('i32')
      case binaryen.SplatVecI64x2:
        return same('i64')
      case binaryen.PromoteLowVecF32x4ToVecF64x2: {
        const [low, high] = this.as('f32', this.of(value)).lanes
        return { kind: 'f64', lanes: [() => m.f64.promote(low()), () => m.f64.promote(high())] }
      }
      case binaryen.DemoteZeroVecF64x2ToVecF32x4: {
        const lanes = this.as('f64', this.of(value)).lanes.map((lane) => () => m.f32.demote(lane()))
        return { kind: 'f32', lanes: [...lanes, () => m.f32.const(0), () => m.f32.const(0)] }
      }
      default:
        return unknown(op)
    }
  }

  #binary(op: binaryen.Operations, left: Expression, right: Expression): Vector {
    const m = this.#module
    const each = (
      kind: Kind,
      of: (x: () => Expression, y: () => Expression) => Expression,
      result: Kind = kind
    ): Vector => {
      const [x, y] = [this.as(kind, this.of(left)), this.as(kind, this.of(right))]
      return { kind: result, lanes: x.lanes.map((lane, k) => () => of(lane, y.lanes[k])) }
    }
    const mask = (truth: Expression): Expression => m.i32.sub(m.i32.const(0), truth)
    switch (op) {
      case binaryen.AddVecF32x4:
        return each('f32', (x, y) => m.f32.add(x(), y()))
      case binaryen.SubVecF32x4:
        return each('f32', (x, y) => m.f32.sub(x(), y()))
      case binaryen.MulVecF32x4:
        return each('f32', (x, y) => m.f32.mul(x(), y()))
      case binaryen.DivVecF32x4:
        return each('f32', (x, y) => m.f32.div(x(), y()))
      case binaryen.PMinVecF32x4:
        return each('f32', (x, y) => m.select(m.f32.lt(y(), x()), y(), x()))
      case binaryen.PMaxVecF32x4:
        return each('f32', (x, y) => m.select(m.f32.lt(x(), y()), y(), x()))
      case binaryen.LtVecF32x4:
        return each('f32', (x, y) => mask(m.f32.lt(x(), y())), 'i32')
      case binaryen.GtVecF32x4:
        return each('f32', (x, y) => mask(m.f32.gt(x(), y())), 'i32')
      case binaryen.AddVecF64x2:
        return each('f64', (x, y) => m.f64.add(x(), y()))
      case binaryen.SubVecF64x2:
        return each('f64', (x, y) => m.f64.sub(x(), y()))
      case binaryen.MulVecF64x2:
        return each('f64', (x, y) => m.f64.mul(x(), y()))
      case binaryen.DivVecF64x2:
        return each('f64', (x, y) => m.f64.div(x(), y()))
      case binaryen.PMaxVecF64x2:
        return each('f64', (x, y) => m.select(m.f64.lt(x(), y()), y(), x()))
      case binaryen.LtVecF64x2:
        return each('f64', (x, y) => m.i64.extend_s(mask(m.f64.lt(x(), y()))), 'i64')
      case binaryen.AddVecI32x4:
        return each('i32', (x, y) => m.i32.add(x(), y()))
      case binaryen.DotSVecI16x8ToVecI32x4:
        return each('i32', (x, y) => this.#dot(x, y))
      case binaryen.NarrowSVecI32x4ToVecI16x8: {
        const words = [left, right].flatMap((part) => this.as('i32', this.of(part)).lanes)
        return { kind: 'i32', lanes: [0, 2, 4, 6].map((i) => () => this.#pair(words[i], words[i + 1])) }
      }
      case binaryen.AddVecI64x2:
        return each('i64', (x, y) => m.i64.add(x(), y()))
      case binaryen.SubVecI64x2:
        return each('i64', (x, y) => m.i64.sub(x(), y()))
      case binaryen.AndVec128:
        return each('i32', (x, y) => m.i32.and(x(), y()))
      case binaryen.OrVec128:
        return each('i32', (x, y) => m.i32.or(x(), y()))
      case binaryen.AndNotVec128:
        return each('i32', (x, y) => m.i32.and(x(), m.i32.xor(y(), m.i32.const(-1))))
      case binaryen.XorVec128:
        return each('i32', (x, y) => m.i32.xor(x(), y()))
      case binaryen.LtSVecI32x4:
        return each('i32', (x, y) => mask(m.i32.lt_s(x(), y())))
      default:
        return unknown(op)
    }
  }

  /** The sum of the products of the two signed halves of words. */
  #dot(x: () => Expression, y: () => Expression): Expression {
    const { i32 } = this.#module
    const low = (word: Expression): Expression => i32.extend16_s(word)
    const high = (word: Expression): Expression => i32.shr_s(word, i32.const(16))
    return i32.add(i32.mul(low(x()), low(y())), i32.mul(high(x()), high(y())))
  }

  /** Two words, each as the nearest that 16 bits can hold, as the halves of one. */
  #pair(x: () => Expression, y: () => Expression): Expression {
    const m = this.#module
    const { i32 } = m
    const [least, most] = [-0x8000, 0x7fff]
    const within = (word: () => Expression): Expression => {
      const above = (): Expression => m.select(i32.lt_s(word(), i32.const(least)), i32.const(least), word())
      return m.select(i32.gt_s(word(), i32.const(most)), i32.const(most), above())
    }
    return i32.or(i32.and(within(x), i32.const(0xffff)), i32.shl(within(y), i32.const(16)))
  }

  #shift(op: binaryen.Operations, vector: Expression, shift: Expression): Vector {
    const { i32, i64 } = this.#module
    const far = (): Expression => i64.extend_u(this.#copy(shift))
    const each = (kind: Kind, of: (lane: Expression) => Expression): Vector => ({
      kind,
      lanes: this.as(kind, this.of(vector)).lanes.map((lane) => () => of(lane()))
    })
    switch (op) {
      case binaryen.ShlVecI32x4:
        return each('i32', (lane) => i32.shl(lane, this.#copy(shift)))
      case binaryen.ShlVecI64x2:
        return each('i64', (lane) => i64.shl(lane, far()))
      case binaryen.ShrSVecI64x2:
        return each('i64', (lane) => i64.shr_s(lane, far()))
      default:
        return unknown(op)
    }
  }

  /** The bits of `a` where those of `c` are set, else those of `b`. */
  #select(op: binaryen.Operations, a: Expression, b: Expression, c: Expression): Vector {
    if (op !== binaryen.BitselectVec128) unknown(op)
    const { i32 } = this.#module
    const [x, y, z] = [a, b, c].map((part) => this.as('i32', this.of(part)).lanes)
    const lanes = x.map(
      (lane, k) => () => i32.or(i32.and(lane(), z[k]()), i32.and(y[k](), i32.xor(z[k](), i32.const(-1))))
    )
    return { kind: 'i32', lanes }
  }

  /** The same bits, cut into lanes of another kind. */
  as(kind: Kind, vector: Vector): Vector {
    const { i32, i64, f32, f64 } = this.#module
    if (vector.kind === kind) return vector
    if (kind === 'i64' && vector.kind === 'f64')
      return { kind, lanes: vector.lanes.map((lane) => () => i64.reinterpret(lane())) }
    if (kind === 'f64')
      return { kind, lanes: this.as('i64', vector).lanes.map((lane) => () => f64.reinterpret(lane())) }
    if (kind === 'f32')
      return { kind, lanes: this.as('i32', vector).lanes.map((word) => () => f32.reinterpret(word())) }
    if (kind === 'i64') {
      const { lanes: words } = this.as('i32', vector)
      // Extended with the sign, which is then taken away: binaryen reads a word from memory as signed whatever is asked.
      const low = (word: () => Expression): Expression =>
        i64.and(i64.extend_s(word()), i64.const(0xffffffffn))
      const pair = (k: number) => (): Expression =>
        i64.or(low(words[k]), i64.shl(i64.extend_s(words[k + 1]()), i64.const(32n)))
      return { kind, lanes: [pair(0), pair(2)] }
    }
    if (vector.kind === 'f32')
      return { kind, lanes: vector.lanes.map((lane) => () => i32.reinterpret(lane())) }
    const words = this.as('i64', vector).lanes.flatMap((lane) => [
      () => i32.wrap(lane()),
      () => i32.wrap(i64.shr_u(lane(), i64.const(32n)))
    ])
    return { kind, lanes: words }
  }

  #copy(expression: Expression): Expression {
    return this.#module.copyExpression(expression)
  }
}

export function unknown(what: number | string): never {
  throw new Error(`an operation on vectors has no scalar form here: ${what}`)
}
