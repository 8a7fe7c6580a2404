import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ACTIVATIONS, type Activation } from '../../src/schema/architecture.ts'
import { getF32, grid, integrateOn, matrix, newCore, numbers, putF32 } from './core.ts'
import { putMixture, randomMixture } from './mixture.ts'
import { mixer, perceptron } from './networks.ts'

const core = await newCore()

// The first 16 hexadecimal digits of the SHA-256 of little-endian f64 numbers. They change with the arithmetic of a
// kernel alone: where that is meant, take the new value from the failing test, and say so in the change.
const GOLDEN = {
  'exp, log, sin and cos': '7ae6f08166a33961',
  erf: '13e80e1b9c8538c4',
  activations: '2bd28130510d9c2b',
  'logistic and wave activations': '77bbd664886f6d68',
  normals: '9476867b76861015',
  'a mixture by RK4': '5bde60f2865a7450',
  'a data set by Heun': '8d66e54ac64abef0',
  'a perceptron by Heun': '579051a913112be8',
  'a mixer by Euler': '0ce94ff2c9e03a0e'
}

const steps = grid(0, 1, 8)

function activated(activations: readonly Activation[]): number[] {
  return activations.flatMap((activation) => {
    const x = grid(-12, 12, 4001)
    const address = putF32(core, x)
    core.activate(address, x.length, ACTIVATIONS.indexOf(activation))
    return [...getF32(core, address, x.length)]
  })
}

const results: Record<keyof typeof GOLDEN, () => number[]> = {
  'exp, log, sin and cos': () =>
    grid(-20, 20, 4001).flatMap((x) => [
      core.exp64(x),
      core.log64(x * x),
      core.sin64(9 * x),
      core.cos64(9 * x)
    ]),
  erf: () => grid(-7, 7, 4001).map((x) => core.erf64(x)),
  activations: () => activated(ACTIVATIONS.slice(0, 6)),
  'logistic and wave activations': () => activated(['sigmoid', 'softplus', 'sine', 'cosine']),
  normals: () => {
    const out = core.alloc(4 * 64 * 33)
    core.normals(1, 2, 0, 5, 64, 33, out)
    return [...getF32(core, out, 64 * 33)]
  },
  'a mixture by RK4': () => {
    const next = numbers(1)
    const v = putMixture(core, 'trigonometric', randomMixture(next, 5, 6, true))
    return integrateOn(core, v, 'rk4', steps, matrix(next, 9, 6)).flat()
  },
  'a data set by Heun': () => {
    const next = numbers(2)
    const v = core.newEmpirical(0, 5, 200, putF32(core, matrix(next, 200, 5).flat()), 0.2)
    return integrateOn(core, v, 'heun', steps, matrix(next, 19, 5)).flat()
  },
  'a perceptron by Heun': () => {
    const next = numbers(3)
    const v = perceptron(next, 13, 70).put(core, 'linear', { prediction: 1 })
    return integrateOn(core, v, 'heun', steps, matrix(next, 9, 13)).flat()
  },
  'a mixer by Euler': () => {
    const next = numbers(4)
    const v = mixer(next).put(core, 'linear')
    return integrateOn(core, v, 'euler', steps, matrix(next, 9, 24)).flat()
  }
}

it.each(Object.entries(results))('%s: the bits are those of every other machine', (name, result) => {
  const bytes = Buffer.from(Float64Array.from(result()).buffer)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  expect(hash).toBe(GOLDEN[name as keyof typeof GOLDEN])
})
