import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compiledOnce } from '../../src/platform/compiled.ts'
import type { Build } from '../../src/platform/platform.ts'
import { computesRight } from '../../src/wasm/selfTest.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

const read = (file: string): Buffer<ArrayBuffer> =>
  readFileSync(new URL(`../../build/${file}`, import.meta.url))
const CORES: Record<Build, Buffer<ArrayBuffer>> = {
  closedForm: read('core.closedForm.wasm'),
  network: read('core.network.wasm'),
  relaxed: read('core.relaxed.wasm'),
  int8: read('core.int8.wasm'),
  whole: read('core.wasm'),
  scalar: read('core.scalar.wasm')
}

/** A machine that takes the smaller of two lanes for the larger: by the code of the operation in a module. */
function confused(): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(CORES.whole)
  let places = 0
  for (let at = bytes.indexOf(PMIN); at >= 0; at = bytes.indexOf(PMIN, at + 1)) {
    bytes.set(PMAX, at)
    places++
  }
  expect(places).toBeGreaterThan(0)
  return bytes
}
const PMIN = Buffer.from([0xfd, 0xea, 0x01])
const PMAX = Buffer.from([0xfd, 0xeb, 0x01])

describe('the self-test', () => {
  it.each(['closedForm', 'network', 'int8', 'whole', 'scalar'] as const)(
    'holds for the %s core on a sound machine',
    async (build) => {
      expect(await computesRight(await WebAssembly.compile(CORES[build]))).toBe(true)
    }
  )
})

describe.each(['closedForm', 'network'] as const)('the plain core for a %s', (part) => {
  const scalar = WebAssembly.compile(CORES.scalar)

  it('gives way to the scalar one where the machine computes SIMD wrongly', async () => {
    const wrong = confused()
    const cores = compiledOnce((build) => (build === 'scalar' ? scalar : WebAssembly.compile(wrong)))
    expect(await cores('plain', part)).toEqual({ kernel: 'scalar', module: await scalar })
  })

  it('gives way to the scalar one where the machine has no SIMD', async () => {
    const none = () => Promise.reject(new WebAssembly.CompileError('invalid value type'))
    const cores = compiledOnce((build) => (build === 'scalar' ? scalar : none()))
    expect((await cores('plain', part)).kernel).toBe('scalar')
  })

  it('is what runs on a sound machine', async () => {
    const asked: Build[] = []
    const cores = compiledOnce((build) => (asked.push(build), WebAssembly.compile(CORES[build])))
    expect((await cores('plain', part)).kernel).toBe('plain')
    expect(await cores('plain', part)).toBe(await cores('plain', part))
    expect(asked).toEqual([part])
  })
})

it('the relaxed core runs networks, and closed forms keep to the plain one', async () => {
  const cores = compiledOnce((build) => WebAssembly.compile(CORES[build]))
  expect((await cores('relaxed', 'network')).kernel).toBe('relaxed')
  expect(await cores('relaxed', 'closedForm')).toBe(await cores('plain', 'closedForm'))
})

describe('the core for 8-bit weights', () => {
  it.each(['plain', 'relaxed'] as const)(
    'runs in the place of the %s one, with the bits of the plain one',
    async (kernel) => {
      const asked: Build[] = []
      const cores = compiledOnce((build) => (asked.push(build), WebAssembly.compile(CORES[build])))
      expect((await cores(kernel, 'int8')).kernel).toBe('plain')
      expect(asked).toEqual(['int8'])
    }
  )

  it('gives way to 16-bit products, and those to the scalar core, where the machine lacks them', async () => {
    for (const lacking of [['int8'], ['int8', 'whole']] as const) {
      const cores = compiledOnce((build) =>
        lacking.some((one) => one === build)
          ? Promise.reject(new WebAssembly.CompileError('invalid SIMD opcode'))
          : WebAssembly.compile(CORES[build])
      )
      expect((await cores('plain', 'int8')).kernel).toBe(lacking.length === 1 ? 'plain' : 'scalar')
    }
  })

  it('is the scalar one where that is asked for', async () => {
    const cores = compiledOnce((build) => WebAssembly.compile(CORES[build]))
    expect(await cores('scalar', 'int8')).toBe(await cores('scalar', 'network'))
  })
})

it('a machine without relaxed SIMD is told to take the plain core', async () => {
  const cores = compiledOnce(() => Promise.reject(new WebAssembly.CompileError('invalid SIMD opcode')))
  expect(await laterRefusal(() => cores('relaxed', 'network'))).toEqual({
    code: 'unsupported',
    path: 'kernel',
    message: '`kernel` must be "plain" here, got "relaxed": this machine has no relaxed SIMD'
  })
})
