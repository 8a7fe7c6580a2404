import { describe, expect, it } from 'vitest'
import { OPCODE } from '../../src/network/code.ts'
import { networkVelocity } from '../../src/network/velocity.ts'
import type { Core } from '../../src/wasm/core.ts'
import { newCore, putSchedule } from '../assembly/core.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { ARCHITECTURES } from './architectures.ts'

const WORDS = 16

/** The instructions of the state program that a network hands to the core. */
async function stateProgram(name: string): Promise<number[][]> {
  const core = await newCore()
  const handed: number[][] = []
  const newNetwork: Core['newNetwork'] = (...operands) => {
    const [, , , , address, length] = operands
    const words = new Int32Array(core.memory.buffer, address, length * WORDS)
    for (let i = 0; i < length; i++) handed.push([...words.subarray(i * WORDS, (i + 1) * WORDS)])
    return core.newNetwork(...operands)
  }
  const watched = Object.create(core, { newNetwork: { value: newNetwork } }) as Core
  const architecture = ARCHITECTURES[name]
  const target = {
    kind: 'network',
    architecture,
    prediction: 'velocity',
    denoiserUntil: 0.95,
    weights: 'weights.safetensors'
  } as const
  networkVelocity(watched, putSchedule(watched, 'linear'), target, randomWeights(architecture, 3))
  return handed
}

describe.each(Object.entries(ARCHITECTURES))(
  'the program that the core is given for %s',
  (name, { kind }) => {
    it('norms and modulates in one pass', async () => {
      const program = await stateProgram(name)
      const norms = program.filter(([opcode]) => opcode === OPCODE.norm || opcode === OPCODE.groupNorm)
      expect(norms.length > 0).toBe(kind !== 'mlp')
      expect(program.filter(([opcode]) => opcode === OPCODE.modulate)).toEqual([])
      for (const [, , , , , shift, scale] of norms) {
        expect(shift).toBeGreaterThan(0)
        expect(scale).toBeGreaterThan(0)
        expect(shift).not.toBe(scale)
      }
    })
  }
)

it('a block of a mixer takes eight instructions', async () => {
  // Twice: norm, dense or mix, dense or mix, residual. Before the blocks: state, patches, dense, offset. After: norm, dense, unpatch.
  const program = await stateProgram('a mixer on single pixels')
  expect(program).toHaveLength(4 + 2 * 8 + 3)
})
