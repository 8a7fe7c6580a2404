import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { numbersBlock } from '../bench/readme.ts'
import { digitsBlock } from '../scripts/digitReadme.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { decode } from 'fast-png'

const README = readFileSync('README.md', 'utf8')
const CLI = resolve('dist/src/cli/main.js')
const FOLDER = mkdtempSync(join(tmpdir(), 'gaussflow-readme-'))

afterAll(() => rmSync(FOLDER, { recursive: true }))

/** The README, and the guides that show code. */
const GUIDES: Readonly<Record<string, string>> = {
  README,
  'docs/solving.md': readFileSync('docs/solving.md', 'utf8'),
  'docs/training.md': readFileSync('docs/training.md', 'utf8'),
  'docs/metrics.md': readFileSync('docs/metrics.md', 'utf8'),
  'docs/certificates.md': readFileSync('docs/certificates.md', 'utf8'),
  'docs/impute.md': readFileSync('docs/impute.md', 'utf8'),
  'docs/anomaly.md': readFileSync('docs/anomaly.md', 'utf8')
}

function blocks(language: string, text = README): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text
  )
}

const SNIPPETS = Object.entries(GUIDES).flatMap(([name, text]) =>
  blocks('ts', text).map((code, i) => [i + 1, name, code] as const)
)

describe.each(SNIPPETS)('the TypeScript block %i of %s', (number, name, text) => {
  it('prints what its comments say', () => {
    const expected = [...text.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, value]) => value)
    // Inside the package, so that its own name resolves to what was built.
    mkdirSync('build/readme', { recursive: true })
    const file = resolve(`build/readme/${name.replace(/\W/g, '-')}-${number}.mjs`)
    writeFileSync(file, text)
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout.trimEnd().split('\n')).toEqual(expected)
  })
})

it('the command line blocks run as they stand, one after the other', () => {
  const commands = blocks('sh').flatMap((text) =>
    [...text.matchAll(/^npx gaussflow (.*)$/gm)].map(([, line]) => line)
  )
  expect(commands.length).toBeGreaterThan(4)
  for (const command of commands) {
    const run = spawnSync(process.execPath, [CLI, ...command.split(' ')], { cwd: FOLDER, encoding: 'utf8' })
    expect({ command, status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({
      command,
      status: 0,
      stderr: ''
    })
    const out = /--out (\S+)/.exec(command)?.[1]
    if (out !== undefined) expect(existsSync(join(FOLDER, out))).toBe(true)
  }
})

it('the curl line gets a picture of sixteen digits', async () => {
  const [, path, accept, json] =
    /curl -X POST localhost:8787(\S+) -H 'accept: (\S+)' --json '(.*?)'/.exec(README) ?? []
  const server = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
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
    const headers = { accept, 'content-type': 'application/json' }
    const response = await fetch(new URL(path, address), { method: 'POST', headers, body: json })
    const image = decode(new Uint8Array(await response.arrayBuffer()))
    expect([image.width, image.height]).toEqual([4 * 28, 4 * 28])
  } finally {
    server.kill()
  }
})

it.each([...README.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path))(
  'the link to %s leads somewhere',
  (path) => {
    expect(existsSync(path)).toBe(true)
  }
)

it('the speeds are those that the benchmark wrote', () => {
  expect(README).toContain(numbersBlock())
})

it("the digits' scores are those of their model card", () => {
  const { metrics } = JSON.parse(readFileSync('models/digits/model.json', 'utf8')) as Card
  expect(README).toContain(digitsBlock())
  expect(README).toContain(`${metrics.roundTrip.rms.toFixed(5).slice(1)} a\npixel`)
})

interface Card {
  metrics: { roundTrip: { rms: number } }
}
