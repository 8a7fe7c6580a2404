/** Buffers hold rows of whole vectors of four floats. */
export const padded = (width: number): number => (width + 3) & ~3

/** A buffer of the state program: `bytes` per row, written once, then read. */
export interface Register {
  readonly id: number
  readonly bytes: number
}

/** One instruction before its registers have places: numbers are operands as they are, registers become offsets. */
export interface Instruction {
  readonly opcode: number
  readonly dst: Register
  readonly src: Register | undefined
  readonly operands: readonly (number | Register)[]
  /** Element by element: the result may take the place of the source. */
  readonly inPlace: boolean
  /** One of the operands that holds something only while the instruction runs. */
  readonly scratch?: Register
}

interface Place {
  readonly offset: number
  readonly end: number
  readonly until: number
}

/**
 * Gives every register an offset in the buffers of a row, so that registers which are alive at the same time do not
 * overlap and the whole stays small: each goes to the first gap after the ones still needed.
 */
export function placeRegisters(
  program: readonly Instruction[],
  output: Register
): { offsets: ReadonlyMap<Register, number>; bytes: number } {
  const lastUse = new Map<Register, number>([[output, program.length]])
  program.forEach(({ dst, src, operands }, i) => {
    for (const operand of [dst, src, ...operands]) {
      if (typeof operand === 'object') lastUse.set(operand, Math.max(i, lastUse.get(operand) ?? 0))
    }
  })

  const offsets = new Map<Register, number>()
  let alive: Place[] = []
  let bytes = 0
  const put = (register: Register, offset: number, until: number): void => {
    offsets.set(register, offset)
    alive.push({ offset, end: offset + register.bytes, until })
    bytes = Math.max(bytes, offset + register.bytes)
  }
  const gapFor = (register: Register): number => {
    alive.sort((p, q) => p.offset - q.offset)
    let offset = 0
    for (const place of alive)
      if (place.offset < offset + register.bytes) offset = Math.max(offset, place.end)
    return offset
  }
  program.forEach(({ dst, src, inPlace, scratch }, i) => {
    // What is last read by this very instruction still stands in the way of its result.
    alive = alive.filter(({ until }) => until >= i)
    const free = inPlace && src !== undefined && lastUse.get(src) === i && src.bytes === dst.bytes
    // A result that is written part by part has its place already.
    if (!offsets.has(dst)) put(dst, free ? (offsets.get(src) ?? 0) : gapFor(dst), lastUse.get(dst) ?? i)
    if (scratch !== undefined) put(scratch, gapFor(scratch), i)
  })
  return { offsets, bytes }
}
