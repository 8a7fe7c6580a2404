import { describe, expect, it } from 'vitest'
import { dimOf, forward } from '../../src/network/forward.ts'
import { ProgramWriter } from '../../src/network/program.ts'
import { placeRegisters, type Register } from '../../src/network/registers.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { newCore } from '../assembly/core.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { ARCHITECTURES } from './architectures.ts'

async function write(architecture: Architecture) {
  const writer = new ProgramWriter(await newCore(), randomWeights(architecture, 1), dimOf(architecture))
  const output = forward(writer, architecture)
  if (output.when === 'time') throw new Error('the output does not depend on the state')
  return { writer, output: output.register }
}

const registersIn = (operands: readonly (number | Register | undefined)[]) =>
  operands.filter((operand): operand is Register => typeof operand === 'object')

describe.each(Object.entries(ARCHITECTURES))('the program of %s', (_, architecture) => {
  it('reads every register after the instruction that writes it', async () => {
    const { writer } = await write(architecture)
    const written = new Set<Register>()
    for (const { dst, src, operands, scratch } of writer.stateProgram) {
      for (const register of registersIn([src, ...operands]))
        if (register !== scratch) expect(written).toContain(register)
      written.add(dst)
    }
  })

  it('never writes over a register that is still to be read', async () => {
    const { writer, output } = await write(architecture)
    const program = writer.stateProgram
    const { offsets, bytes } = placeRegisters(program, output)
    const placeOf = (register: Register) => {
      const from = offsets.get(register) ?? NaN
      return { from, to: from + register.bytes }
    }
    const readsAfter = (i: number) =>
      new Set([
        output,
        ...program.slice(i + 1).flatMap(({ src, operands }) => registersIn([src, ...operands]))
      ])
    program.forEach(({ dst, src, operands, inPlace, scratch }, i) => {
      const writtenBefore = new Set(program.slice(0, i).map((instruction) => instruction.dst))
      const needed = new Set([...readsAfter(i), ...registersIn([src, ...operands])])
      for (const written of registersIn([dst, scratch])) {
        const target = placeOf(written)
        expect(target.from).toBeGreaterThanOrEqual(0)
        expect(target.to).toBeLessThanOrEqual(bytes)
        for (const register of [...needed, dst]) {
          if (register === written || (register !== dst && !writtenBefore.has(register))) continue
          if (written === dst && inPlace && register === src && !readsAfter(i).has(register)) continue
          const other = placeOf(register)
          expect(other.to <= target.from || other.from >= target.to).toBe(true)
        }
      }
    })
  })

  it('starts every register on a whole vector', async () => {
    const { writer, output } = await write(architecture)
    const { offsets, bytes } = placeRegisters(writer.stateProgram, output)
    for (const offset of [...offsets.values(), bytes]) expect(offset % 16).toBe(0)
  })
})

it('a result takes the place of its source only where nobody reads the source any more', () => {
  const [source, changed, sum] = [0, 1, 2].map((id) => ({ id, bytes: 16 }))
  const write = { opcode: 11, dst: source, src: undefined, operands: [], inPlace: false }
  const change = { opcode: 8, dst: changed, src: source, operands: [], inPlace: true }
  const last = placeRegisters([write, change], changed).offsets
  expect(last.get(changed)).toBe(last.get(source))
  const add = { opcode: 6, dst: sum, src: changed, operands: [source], inPlace: true }
  const kept = placeRegisters([write, change, add], sum).offsets
  expect(kept.get(changed)).not.toBe(kept.get(source))
})

it('the buffers of a row do not grow with the depth', async () => {
  const bytesAt = async (depth: number) => {
    const { writer, output } = await write({
      kind: 'residual-mlp',
      dim: 8,
      width: 16,
      depth,
      timeWidth: 8,
      activation: 'silu'
    })
    return placeRegisters(writer.stateProgram, output).bytes
  }
  expect(await bytesAt(12)).toBe(await bytesAt(2))
})

it('the time costs a perceptron nothing for each row', async () => {
  const { writer } = await write({ kind: 'mlp', dim: 4, hidden: [8], activation: 'silu' })
  const [state, first] = writer.stateProgram
  expect(state.dst).toBe(first.src)
  // tokens, inputs, outputs: the column of the time is gone
  expect(first.operands.slice(0, 3)).toEqual([1, 4, 8])
  expect(writer.timeProgram).toHaveLength(2)
})
