import fc from 'fast-check'
import { expect } from 'vitest'
import { GaussflowError } from '../../src/error.ts'

/** Reads random bytes, and `valid` with some bytes changed, cut off or repeated: each is read or refused. */
export function expectOnlyRefusals(
  read: (bytes: Uint8Array) => unknown,
  valid: Uint8Array,
  numRuns = 1000
): void {
  const place = fc.nat({ max: valid.length - 1 })
  const changed = fc
    .array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 })
    .map((changes) => changes.reduce<Uint8Array>((bytes, [at, value]) => bytes.with(at, value), valid))
  const cut = place.map((length) => valid.slice(0, length))
  const repeated = place.map(
    (at) => new Uint8Array(Buffer.concat([valid.subarray(0, at), valid.subarray(at >> 1)]))
  )
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), changed, cut, repeated)
  fc.assert(
    fc.property(bytes, (hostile) => {
      try {
        read(hostile as Uint8Array)
      } catch (error) {
        expect(error).toBeInstanceOf(GaussflowError)
      }
    }),
    { numRuns }
  )
}
