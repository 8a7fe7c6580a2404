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
  program.forEach(({ src, operands }, i) => {
    for (const operand of [src, ...operands]) {
      if (typeof operand === 'object') lastUse.set(operand, Math.max(i, lastUse.get(operand) ?? 0))
    }
  })

  const offsets = new Map<Register, number>()
  let alive: Place[] = []
  let bytes = 0
  program.forEach(({ dst, src, inPlace }, i) => {
    const free = inPlace && src !== undefined && lastUse.get(src) === i && src.bytes === dst.bytes
    // What is last read by this very instruction still stands in the way of its result.
    alive = alive.filter(({ until }) => until >= i).sort((p, q) => p.offset - q.offset)
    let offset = 0
    if (free) offset = offsets.get(src) ?? 0
    else
      for (const place of alive) if (place.offset < offset + dst.bytes) offset = Math.max(offset, place.end)
    offsets.set(dst, offset)
    alive.push({ offset, end: offset + dst.bytes, until: lastUse.get(dst) ?? i })
    bytes = Math.max(bytes, offset + dst.bytes)
  })
  return { offsets, bytes }
}
