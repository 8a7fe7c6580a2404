import { ACTIVATIONS, type Activation } from '../../src/schema/architecture.ts'
import type { Core } from '../../src/wasm/core.ts'
import { activationError, ofArgument } from '../../test/reference/errors.ts'
import { activations } from '../../test/reference/math.ts'
import { exponentOf } from '../../test/reference/ulps.ts'
import type { Worst } from './worst.ts'

const CHUNK = 2 ** 16
const CHUNKS = 2 ** 32 / CHUNK
/** An odd number: its multiples visit every chunk, far ones first, so that what is worst is soon nearly known. */
const STRIDE = 40503

/** The distance of neighbouring f32, by the exponent. */
const UNITS = Float64Array.from({ length: 2048 }, (_, i) => 2 ** (Math.max(i - 1023, -126) - 23))

/**
 * The largest error of an activation over all finite f32. A value in 64 bits tells which of them come within a
 * thousandth of an ulp of the worst so far; those alone are held against one of twice the precision.
 */
export function worstOfActivation(core: Core, name: Activation): Worst {
  const id = ACTIVATIONS.indexOf(name)
  const reference = activations[name]
  const ofX = ofArgument(name)
  const address = core.alloc(4 * CHUNK)
  const y = new Float32Array(core.memory.buffer, address, CHUNK)
  const bits = new Uint32Array(CHUNK)
  const x = new Float32Array(bits.buffer)
  let worst: Worst = { ulps: 0, x: 0, points: 0 }
  let points = 0
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const first = ((chunk * STRIDE) % CHUNKS) * CHUNK
    for (let i = 0; i < CHUNK; i++) bits[i] = first + i
    y.set(x)
    core.activate(address, CHUNK, id)
    for (let i = 0; i < CHUNK; i++) {
      if (x[i] - x[i] !== 0) continue // an infinity or no number
      points++
      const about = reference(x[i])
      if (Object.is(y[i], about) || y[i] === about) continue
      const unit = UNITS[exponentOf(ofX ? x[i] : about) + 1023]
      if (Math.abs(y[i] - about) <= (worst.ulps - 1e-3) * unit) continue
      const ulps = activationError(name, x[i], y[i])
      if (ulps > worst.ulps) worst = { ulps, x: x[i], points }
    }
  }
  return { ...worst, points }
}
