// Networks exported by PyTorch, with inputs and PyTorch's own outputs; made by scripts/fixtures/export.py.

import { readFileSync, readdirSync } from 'node:fs'
import { importOnnx, type Imported, type OnnxOptions } from '../../src/import/onnx.ts'
import { parseSafetensors } from '../../src/io/safetensors.ts'
import type { Tensors } from '../../src/types.ts'

const FOLDER = 'test/fixtures/onnx'

/** What must be said of some of them. */
const OPTIONS: Readonly<Record<string, OnnxOptions>> = {
  dit: { classes: 10 },
  'dit-17': { classes: 10 }
}

export const fixtureNames = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''))

export const fixtureBytes = (name: string): Uint8Array => readFileSync(`${FOLDER}/${name}.onnx`)

export const fixtureTensors = (name: string): Tensors =>
  parseSafetensors(readFileSync(`${FOLDER}/${name}.safetensors`))

export const importFixture = (name: string): Imported => importOnnx(fixtureBytes(name), OPTIONS[name])
