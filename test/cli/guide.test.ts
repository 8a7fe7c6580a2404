import { spawn, spawnSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import type { Manifest } from '../../src/index.ts'
import { parseCsv } from '../../src/io/index.ts'
import { newFolder } from './fixtures.ts'

const MAIN = resolve('src/cli/main.ts')
const [, GUIDE] = /^```sh\n([\s\S]*?)^```/m.exec(readFileSync('docs/training.md', 'utf8')) ?? []
const COMMANDS = [...GUIDE.matchAll(/^npx gaussflow (.*)$/gm)].map(([, line]) => line.split(' '))

it('docs/training.md takes a table to an endpoint, line by line', async () => {
  const cwd = newFolder()
  cpSync('docs/data/leaves.csv', join(cwd, 'leaves.csv'))
  const [last] = COMMANDS.slice(-1)
  expect(last).toEqual(['serve', '--models', 'models'])
  for (const command of COMMANDS.slice(0, -1)) {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...command], { cwd, encoding: 'utf8' })
    expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({
      command,
      status: 0,
      stderr: ''
    })
  }

  const manifest = JSON.parse(readFileSync(join(cwd, 'models/leaves/model.json'), 'utf8')) as Manifest
  expect(manifest.data).toMatchObject({
    columns: ['length', 'width', 'stalk'],
    labels: ['beech', 'oak', 'willow']
  })
  for (const file of ['oaks.csv', 'quick.csv']) {
    // Oaks of the table are 7 to 17 centimetres long and 4 to 11 wide; willows are long and at most 3 wide.
    const { columns, count, dim, data } = parseCsv(readFileSync(join(cwd, file), 'utf8'))
    expect([columns, count]).toEqual([['length', 'width', 'stalk'], 5])
    for (let i = 0; i < count; i++) {
      expect(data[i * dim]).toBeGreaterThan(5)
      expect(data[i * dim]).toBeLessThan(20)
      expect(data[i * dim + 1]).toBeGreaterThan(3)
    }
  }

  const [, path, body] = /localhost:8787(\S+) --json '(.*?)'/.exec(GUIDE) ?? []
  const server = spawn(process.execPath, [MAIN, ...last, '--port', '0'], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe']
  })
  try {
    const address = await new Promise<string>((found, failed) => {
      server.once('exit', () => failed(new Error('the server ended')))
      server.stderr.on('data', (text: Buffer) => {
        const match = /http:\/\/\S+/.exec(String(text))
        if (match !== null) found(match[0])
      })
    })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(new URL(path, address), { method: 'POST', headers, body })
    expect(await response.json()).toMatchObject({ shape: [5, 3] })
  } finally {
    server.kill()
  }
}, 120_000)

it('docs/data/leaves.csv has the columns and the tenths that the guide says', () => {
  const [header, ...lines] = readFileSync('docs/data/leaves.csv', 'utf8').trim().split('\n')
  expect([header, lines.length]).toEqual(['length,width,stalk,kind', 300])
  expect(lines.every((line) => /^(\d+\.\d,){3}(beech|willow|oak)$/.test(line))).toBe(true)
})
