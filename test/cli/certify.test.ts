import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openFlow, stands, type Certificate, type FlowFile } from '../../src/index.ts'
import { blobs, newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

const DIGITS = 'models/digits'
const points: FlowFile = {
  schedule: 'linear',
  target: { kind: 'empirical', points: [[0, 0], [1, 2], [3, 1]], bandwidth: 0 } // prettier-ignore
}
const TARGETS = [
  ['a mixture', blobs, ''],
  ['data points', points, ''],
  ['data points under a bandwidth', { ...points, target: { ...points.target, bandwidth: 0.5 } }, ''],
  ['the digits', DIGITS, '--samples 2 --steps 4 --solver euler']
] as const

/** The statements of a text, each by its first line. */
const heads = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => /^(not )?(proved|computed|estimated) +([a-z-]+) {2}\[\S+, \S+[\])]$/.exec(line)?.slice(1))

it.each(TARGETS)(
  'every statement about %s has its kind, what it rests on and where it is from',
  async (name, file, flags) => {
    const model = typeof file === 'string' ? file : put(newFolder(), 'flow.json', file)
    const text = await gaussflow(`certify ${model} ${flags}`)
    const json = await gaussflow(`certify ${model} ${flags} --json`)
    expect([text.status, json.status]).toEqual([0, 0])
    const { statements } = JSON.parse(json.stdout) as Certificate
    expect(heads(text.stdout)).toEqual(
      statements.map((one) => [stands(one) ? undefined : 'not ', one.kind, one.id])
    )
    const words = text.stdout.replace(/\s+/g, ' ')
    for (const { text: sentence, hypotheses, source } of statements) {
      expect(words).toContain(sentence)
      for (const one of hypotheses) expect(words).toContain(`${one.status}: ${one.text}`)
      if (source !== '') expect(words).toContain(`from: ${source}`)
    }
    if (name === 'data points') expect(text.stdout).toContain('existence-uniqueness  [0, 1)\n')
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
  }
)

it("prints the library's statements, and writes them to a file", async () => {
  const folder = newFolder()
  const model = put(folder, 'flow.json', blobs)
  using flow = await openFlow(blobs)
  const certificate = await flow.certify({ samples: 4, assume: { kappa: -700 }, source: { shift: 0.5 } })
  const line = `certify ${model} --samples 4 --kappa -700 --sourceShift .5`
  expect(JSON.parse((await gaussflow(`${line} --json`)).stdout)).toEqual(certificate)
  const out = join(folder, 'certificate.json')
  const { status, stderr } = await gaussflow(`${line} --out ${out}`)
  expect([status, stderr]).toEqual([0, `wrote ${out}: ${certificate.statements.length} statements\n`])
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(certificate)
})

it.each([
  ['--radius 1 --sigma .3', '`radius` must be at least 2, got 1: that is the norm of mean 0 of the target'],
  ['--kappa 1', '`kappa` must be at most'],
  ['--samples -1', '`samples` must be an integer from 0'],
  ['--sourceScale -1', '`sourceScale` must be'],
  ['--from 2', '`from` must be']
])('refuses %s in one line', async (flags, message) => {
  const { status, stderr, stdout } = await gaussflow(
    `certify ${put(newFolder(), 'flow.json', blobs)} ${flags}`
  )
  expect(stdout).toBe('')
  expect(status).toBe(2)
  expect(stderr).toContain(`gaussflow certify: ${message}`)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})
