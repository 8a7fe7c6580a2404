import { expect, it } from 'vitest'
import type { ModelFiles } from '../../src/flow/source.ts'
import { openFlow } from '../../src/index.ts'
import { formatSafetensors } from '../../src/io/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { sha256 } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { perceptron } from './flows.ts'

const WEIGHTS = 'weights.safetensors'
const good = networkModel(perceptron, 3) as ModelFiles
const whole = good.files[WEIGHTS]
const headerEnd = 8 + Number(new DataView(whole.buffer, whole.byteOffset).getBigUint64(0, true))
const dataBytes = whole.length - headerEnd
const withFile = (bytes: Uint8Array): ModelFiles => ({ ...good, files: { [WEIGHTS]: bytes } })

it.each([
  [
    'four bytes too long',
    Uint8Array.of(...whole, 0, 0, 0, 0),
    `the tensors must end where the file does, at ${dataBytes + 4} bytes of data, got ${dataBytes}`
  ],
  [
    'cut off in its header',
    whole.subarray(0, 100),
    `the header must end within the file, got a header of ${headerEnd - 8} bytes with 92 bytes left; is it cut off?`
  ],
  [
    'cut off before its first byte of data',
    whole.subarray(0, headerEnd),
    "the data of `layers.0.weight` must lie within the file's 0 bytes of data, got 0 to 144; is it cut off?"
  ],
  ['empty', new Uint8Array(), 'a safetensors file must have at least 8 bytes, got 0']
])('a weights file that is %s is refused, and the whole one opens after it', async (_, bytes, message) => {
  expect(await laterRefusal(() => openFlow(withFile(bytes)))).toEqual({
    code: 'invalid_file',
    path: undefined,
    message
  })
  using flow = await openFlow(good)
  expect(flow.sample().status).toEqual(['ok'])
})

it('a weights file with one tensor more than the architecture is refused by its name', async () => {
  const tensors = randomWeights(perceptron, 3).set('extra', { shape: [1], data: Float32Array.of(1) })
  expect(await laterRefusal(() => openFlow(withFile(formatSafetensors(tensors))))).toEqual({
    code: 'invalid_model',
    path: 'extra',
    message: 'the architecture has no tensor `extra`; do the weights belong to this manifest?'
  })
})

it('one changed bit of the weights is refused by the hash in the manifest', async () => {
  const hash = { [WEIGHTS]: await sha256(whole as Uint8Array<ArrayBuffer>) }
  const changed = whole.slice()
  changed[changed.length - 4] ^= 1
  const model = { manifest: { ...(good.manifest as object), hash }, files: { [WEIGHTS]: changed } }
  const got = await sha256(changed)
  expect((await laterRefusal(() => openFlow(model))).message).toBe(
    `the file "${WEIGHTS}" must have the SHA-256 of its manifest, ${hash[WEIGHTS]}, got ${got}; fetch it again`
  )
})
