import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommandLine } from '../../src/cli/commandLine.ts'
import { OnnxWriter } from '../../src/export/onnxWriter.ts'
import { openFlow } from '../../src/index.ts'
import { formatSafetensors, parseSafetensors } from '../../src/io/safetensors.ts'
import { testIo } from './io.ts'

const FIXTURES = 'test/fixtures/onnx'
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaussflow-import-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...argv: string[]): Promise<{ status: number; out: string; messages: string }> {
  const { io, world } = testIo()
  const status = await runCommandLine(argv, io)
  return { status, out: world.stdout, messages: world.stderr }
}

it('a network is imported, checked against the outputs of PyTorch, and drawn from', async () => {
  const out = join(folder, 'dit')
  const { status, out: text } = await run(
    'import',
    `${FIXTURES}/dit.onnx`,
    '--classes',
    '10',
    '--reference',
    `${FIXTURES}/dit.safetensors`,
    '--out',
    out
  )
  expect(status).toBe(0)
  const { error, operations } = JSON.parse(text) as { error: number; operations: number }
  expect(error).toBeLessThan(1e-4)
  expect(operations).toBeLessThan(80)
  using flow = await openFlow(out)
  expect(flow.manifest?.data).toEqual({ kind: 'image', shape: [8, 8, 1] })
  expect(flow.sample({ count: 2, label: [3, 7], steps: 4 }).status).toEqual(['ok', 'ok'])
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
})

it.each([
  {
    kind: 'steps of a diffusion',
    times: [0, 999, 327, 500.5],
    flags: ['--timeScale', '1000', '--noiseAt', '1']
  },
  { kind: 'sigma', times: [80, 0.002, 1.5, 12], flags: ['--sigmaMax', '80'] },
  { kind: 'times below 0', times: [-3, 0.5, 2, 1], flags: [] }
])('a network that reads $kind is compared at its own times', async ({ times, flags }) => {
  const writer = new OnnxWriter()
  const slow = writer.floats('slow', { shape: [], data: Float32Array.of(1 / 128) })
  const wave = writer.node('Sin', [writer.node('Mul', ['t', slow])])
  const bytes = writer.file({ x: ['batch', 2], t: ['batch', 1] }, writer.node('Add', ['x', wave]))
  const [file, held] = [join(folder, 'steps.onnx'), join(folder, 'steps.safetensors')]
  writeFileSync(file, bytes)
  const states = Float32Array.from({ length: 8 }, (_, i) => i / 4 - 1)
  const reference = (phase: number): Uint8Array =>
    formatSafetensors(
      new Map([
        ['x', { shape: [4, 2], data: states }],
        ['t', { shape: [4, 1], data: Float32Array.from(times) }],
        ['output', { shape: [4, 2], data: states.map((x, i) => x + Math.sin(times[i >> 1] / 128 + phase)) }]
      ])
    )
  const said = ['import', file, '--schedule', 'vp', '--prediction', 'noise', '--reference', held, ...flags]
  writeFileSync(held, reference(0))
  const { status, out, messages } = await run(...said, '--out', join(folder, 'clock'))
  expect({ status, messages }).toEqual({ status: 0, messages: expect.stringContaining('wrote') as string })
  expect((JSON.parse(out) as { error: number }).error).toBeLessThan(1e-6)
  writeFileSync(held, reference(0.01))
  expect((await run(...said, '--out', join(folder, 'clock'))).status).toBe(1)
})

it('outputs that are not those of the reference are refused, and nothing is written', async () => {
  const reference = new Map(parseSafetensors(readFileSync(`${FIXTURES}/mlp.safetensors`)))
  const { shape, data } = reference.get('output')!
  reference.set('output', { shape, data: data.map((value, i) => value + (i === 4 ? 0.01 : 0)) })
  const file = join(folder, 'wrong.safetensors')
  writeFileSync(file, formatSafetensors(reference))
  const out = join(folder, 'wrong')
  const { status, messages } = await run('import', `${FIXTURES}/mlp.onnx`, '--reference', file, '--out', out)
  expect(status).toBe(1)
  expect(messages).toMatch(
    /the outputs must be those of the reference to 0.0001 of the largest, and differ by 0\.0/
  )
  expect(existsSync(out)).toBe(false)
})

it('a network whose noise is at time 1 runs backwards: v(t, x) is minus its output at 1 - t, in its own count of time', async () => {
  const plain = join(folder, 'plain')
  const turned = join(folder, 'turned')
  await run('import', `${FIXTURES}/mlp.onnx`, '--out', plain)
  await run('import', `${FIXTURES}/mlp.onnx`, '--noiseAt', '1', '--timeScale', '2', '--out', turned)
  using a = await openFlow(plain)
  using b = await openFlow(turned)
  const x = [[0.3, -0.2, 0.9]]
  // 2 (1 - 0.7) = 0.6
  const [ours, theirs] = [
    a.velocity(x, { time: 0.6 }).velocity.data,
    b.velocity(x, { time: 0.7 }).velocity.data
  ]
  theirs.forEach((value, i) => expect(value).toBeCloseTo(-ours[i], 5))
})

it('a network that reads sigma is asked for the data at x / b with sigma = a / b', async () => {
  const out = join(folder, 'sigma')
  const argv = ['--prediction', 'denoiser', '--sigmaMax', '80', '--out', out]
  const { status, messages } = await run('import', `${FIXTURES}/mlp.onnx`, ...argv)
  expect(messages).toContain('wrote')
  expect(status).toBe(0)
  const plain = join(folder, 'sigma-plain')
  await run('import', `${FIXTURES}/mlp.onnx`, '--out', plain)
  using raw = await openFlow(plain)
  using flow = await openFlow(out)
  const x = [0.3, -0.2, 0.9]
  const t = 0.8
  const denoised = flow.denoiser([x], { time: t }).data
  // sigma = (1 - t) / t = 0.25, which is a time of the raw network too
  const expected = raw.velocity([x.map((value) => value / t)], { time: 0.25 }).velocity.data
  denoised.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4))
})

it('the tensors of a PyTorch module become an architecture of ours by a map of names', async () => {
  const architecture = join(folder, 'architecture.json')
  const names = join(folder, 'names.json')
  writeFileSync(architecture, '{ "kind": "mlp", "dim": 3, "hidden": [24, 24], "activation": "gelu-erf" }')
  writeFileSync(names, '{ "layers.1": "layers.2", "layers.2": "layers.4" }')
  const out = join(folder, 'gelu')
  const file = `${FIXTURES}/gelu-mlp.weights.f16.safetensors`
  const flags = ['--architecture', architecture, '--names', names, '--out', out]
  const { status, out: text } = await run('import', file, ...flags)
  expect(status).toBe(0)
  expect(JSON.parse(text)).toMatchObject({ parameters: 24 * 4 + 24 + 24 * 24 + 24 + 3 * 24 + 3 })
  using flow = await openFlow(out)
  expect(flow.dim).toBe(3)
})

it('a model is exported and imported again', async () => {
  const file = join(folder, 'again.onnx')
  const first = join(folder, 'first')
  await run('import', `${FIXTURES}/unet.onnx`, '--out', first)
  expect((await run('export', first, '--out', file)).status).toBe(0)
  const second = join(folder, 'second')
  expect((await run('import', file, '--out', second)).status).toBe(0)
  using a = await openFlow(first)
  using b = await openFlow(second)
  const x = [Array.from({ length: 64 }, (_, i) => Math.sin(i))]
  const [p, q] = [a, b].map((flow) => flow.velocity(x, { time: 0.4 }).velocity.data)
  p.forEach((value, i) => expect(value).toBeCloseTo(q[i], 4))
})

/** A layer whose weights lie in another file. */
function withWeightsAt(location: string): Uint8Array {
  const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string('location')
  entry.tag(2, WireType.LengthDelimited).string(location)
  const tensor = new BinaryWriter()
  for (const size of [4, 4]) tensor.tag(1, WireType.Varint).int64(size)
  tensor.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('w')
  tensor.tag(13, WireType.LengthDelimited).bytes(entry.finish()).tag(14, WireType.Varint).int32(1)
  const writer = new OnnxWriter()
  const output = writer.node('MatMul', ['x', 'w'])
  return writer.file({ x: ['batch', 4], t: ['batch', 1] }, output, [], [tensor.finish()])
}

it('weights in a file beside the model are read, and none outside of its folder', async () => {
  const inside = join(folder, 'external')
  mkdirSync(inside)
  const weights = new Uint8Array(Float32Array.from({ length: 16 }, (_, i) => i / 16).buffer)
  writeFileSync(join(inside, 'w.bin'), weights)
  writeFileSync(join(folder, 'secret.bin'), weights)
  symlinkSync(join(folder, 'secret.bin'), join(inside, 'link.bin'))
  const file = join(inside, 'model.onnx')
  const importing = async (location: string): Promise<{ status: number; messages: string }> => {
    writeFileSync(file, withWeightsAt(location))
    return await run('import', file, '--out', join(folder, 'external-model'))
  }
  expect((await importing('w.bin')).status).toBe(0)
  for (const location of [
    '../secret.bin',
    join(folder, 'secret.bin'),
    'link.bin',
    '',
    '.',
    'a/../../secret.bin'
  ]) {
    const { status, messages } = await importing(location)
    expect(status).toBe(1)
    expect(messages).toContain('must lie in the folder of the model')
  }
  expect((await importing('none.bin')).messages).toContain('must be in none.bin beside the model')
  // A pipe would be waited for without end.
  execFileSync('mkfifo', [join(inside, 'pipe.bin')])
  expect((await importing('pipe.bin')).messages).toContain('must be in pipe.bin beside the model')
})

it.each([
  [['model.pt', '--out', 'x'], /must end in .onnx or .safetensors/],
  [['model.onnx'], /`out` must be given/],
  [['model.onnx', '--out', 'x', '--noiseAt', '2'], /`noiseAt` must be 0 or 1/],
  [['model.onnx', '--out', 'x', '--prediction', 'data'], /velocity or noise or denoiser/],
  [['model.onnx', '--out', 'x', '--classes', 'ten'], /`classes` must be a number/]
] as const)('gaussflow import %j is a wrong call', async (argv, reason) => {
  const { status, messages } = await run('import', ...argv)
  expect(status).toBe(2)
  expect(messages).toMatch(reason)
})
