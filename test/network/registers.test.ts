import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placeRegisters, type Instruction, type Register } from '../../src/network/registers.ts'

/**
 * Programs that no architecture writes: every instruction reads one or two registers that were written before it,
 * whichever, so that registers live for any length of time and are of any size.
 */
const programs = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 6 }).map((vectors) => 16 * vectors),
      src: fc.nat(),
      other: fc.option(fc.nat(), { nil: undefined }),
      inPlace: fc.boolean(),
      same: fc.boolean(),
      /** Whether it writes one more part of what the one before it has begun. */
      part: fc.boolean(),
      scratch: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined })
    }),
    { minLength: 1, maxLength: 24 }
  )
  .chain((drawn) => {
    const program: Instruction[] = []
    for (const { bytes, src, other, inPlace, same, part, scratch } of drawn) {
      const begun = program.at(-1)
      if (part && begun?.src !== undefined && !begun.inPlace) {
        program.push({ ...begun, operands: [7], scratch: undefined })
        continue
      }
      const before = program.map(({ dst }) => dst)
      const read = (at: number): Register => before[at % before.length]
      const first = before.length === 0
      program.push({
        opcode: first ? 11 : 6,
        dst: { id: before.length, bytes: inPlace && !first && same ? read(src).bytes : bytes },
        src: first ? undefined : read(src),
        operands: first || other === undefined ? [7] : [read(other), 7],
        inPlace: inPlace && !first,
        scratch: scratch === undefined ? undefined : { id: 100 + before.length, bytes: 16 * scratch }
      })
    }
    return fc.record({
      program: fc.constant(program),
      output: fc.constantFrom(...program.map(({ dst }) => dst))
    })
  })

/** Runs a program on memory whose bytes are the names of registers: each read must find the register it asks for. */
function lostReads(program: readonly Instruction[], output: Register): string[] {
  const { offsets, bytes } = placeRegisters(program, output)
  const memory = new Array<number>(bytes).fill(-1)
  const lost: string[] = []
  const read = (register: Register, when: string) => {
    const from = offsets.get(register)!
    const found = memory.slice(from, from + register.bytes)
    if (found.some((id) => id !== register.id)) lost.push(`${when} reads ${register.id}`)
  }
  program.forEach(({ dst, src, operands, inPlace, scratch }, i) => {
    const sources = [src, ...operands].filter((operand) => typeof operand === 'object')
    for (const source of sources) read(source, `instruction ${i}`)
    const from = offsets.get(dst)!
    // A result lies on what it is made from only where it is made element by element, and of the same size.
    for (const source of sources) {
      const at = offsets.get(source)!
      const apart = at + source.bytes <= from || from + dst.bytes <= at
      const onTop = inPlace && source === src && at === from && source.bytes === dst.bytes
      if (!apart && !onTop) lost.push(`instruction ${i} writes on ${source.id}`)
    }
    memory.fill(dst.id, from, from + dst.bytes)
    if (scratch !== undefined) {
      const at = offsets.get(scratch)!
      memory.fill(scratch.id, at, at + scratch.bytes)
      for (const register of [...sources, dst]) {
        const place = offsets.get(register)!
        if (at < place + register.bytes && place < at + scratch.bytes)
          lost.push(`the scratch of instruction ${i} lies on ${register.id}`)
      }
    }
  })
  read(output, 'the end')
  return lost
}

it('whatever a program reads is still where it was written', () => {
  fc.assert(
    fc.property(programs, ({ program, output }) => {
      expect(lostReads(program, output)).toEqual([])
    }),
    { numRuns: 2000 }
  )
})

it('no register is placed beyond the bytes that are asked for, nor off a vector', () => {
  fc.assert(
    fc.property(programs, ({ program, output }) => {
      const { offsets, bytes } = placeRegisters(program, output)
      const all = program.flatMap(({ dst, scratch }) => (scratch === undefined ? [dst] : [dst, scratch]))
      const ends = all.map((register) => offsets.get(register)! + register.bytes)
      expect(Math.max(...ends)).toBe(bytes)
      for (const register of all) expect(offsets.get(register)! % 16).toBe(0)
    })
  )
})
