import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ERROR_CODES } from '../src/error.ts'
import { formatSafetensors, parseSafetensors } from '../src/io/safetensors.ts'
import { STATUS } from '../worker/problem.ts'
import { gaussflow } from './cli/io.ts'

const LISTED = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)]

it('docs/errors.md lists every code with the status that the worker gives it', () => {
  expect(Object.fromEntries(LISTED.map(([, code, status]) => [code, Number(status)]))).toEqual(STATUS)
})

it('docs/errors.md begins with the codes of the library, in their order', () => {
  expect(LISTED.slice(0, ERROR_CODES.length).map(([, code]) => code)).toEqual([...ERROR_CODES])
})

it('the imports of docs/import.md run as they stand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gaussflow-docs-'))
  try {
    const text = readFileSync('docs/import.md', 'utf8')
    writeFileSync(join(folder, 'names.json'), [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)][0][1])
    writeFileSync(
      join(folder, 'architecture.json'),
      '{ "kind": "mlp", "dim": 3, "hidden": [24, 24], "activation": "gelu-erf" }'
    )
    const fixture = (name: string): Buffer => readFileSync(`test/fixtures/onnx/${name}`)
    writeFileSync(join(folder, 'velocity.onnx'), fixture('unet-color.onnx'))
    writeFileSync(join(folder, 'reference.safetensors'), fixture('unet-color.safetensors'))
    writeFileSync(join(folder, 'ddpm.onnx'), fixture('unet.onnx'))
    const weights = [...parseSafetensors(fixture('gelu-mlp.weights.bf16.safetensors'))]
    const renamed = new Map(weights.map(([name, tensor]) => [name.replace('layers', 'net'), tensor]))
    writeFileSync(join(folder, 'weights.safetensors'), formatSafetensors(renamed))
    const lines = [...text.matchAll(/^npx gaussflow (import .*)$/gm)].map(([, line]) => line)
    expect(lines.length).toBe(3)
    for (const line of lines) {
      const placed = line.replace(/(\S+\.(?:onnx|safetensors|json)|models\/)/g, `${folder}/$1`)
      const { status, stderr } = await gaussflow(placed)
      expect({ line, status, stderr }).toMatchObject({ status: 0 })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
