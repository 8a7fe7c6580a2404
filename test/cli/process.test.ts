import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { blobs, newFolder, put } from './fixtures.ts'

const MAIN = resolve('src/cli/main.ts')

/** The real program. */
function start(
  args: readonly string[],
  { cwd = newFolder(), stdout = 'pipe' }: { cwd?: string; stdout?: 'pipe' | number } = {}
): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['pipe', stdout, 'pipe'] })
}

async function ended(
  child: ChildProcess
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const closed = new Promise<number | null>((done) => child.on('close', done))
  const [stdout, stderr, status] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    text(child.stderr!),
    closed
  ])
  return { status, stdout, stderr }
}

const run = (...args: string[]) => ended(start(args))

it('results go to the standard output with status 0', async () => {
  const { status, stdout, stderr } = await run(
    'sample',
    put(newFolder(), 'blobs.json', blobs),
    '--count',
    '2'
  )
  expect([status, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toMatchObject({ shape: [2, 2] })
})

it('a wrong call has status 2, a failure status 1, and both leave the standard output empty', async () => {
  expect(await run('smaple')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'gaussflow: there is no command smaple; did you mean sample?\n'
  })
  expect(await run('sample', 'nope')).toMatchObject({ status: 1, stdout: '' })
})

it('no command at all has status 2 and the overview on the standard error', async () => {
  const { status, stdout, stderr } = await run()
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Usage: gaussflow COMMAND')
})

it('prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  expect(await run('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

it('reads points from a pipe', async () => {
  const child = start(['encode', put(newFolder(), 'blobs.json', blobs), '--input', '-'])
  child.stdin!.end('[[2, 0]]')
  const { status, stdout } = await ended(child)
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ shape: [1, 2] })
})

it('ends quietly when its reader has seen enough', async () => {
  const child = start(['sample', put(newFolder(), 'blobs.json', blobs), '--count', '100000', '--steps', '1'])
  child.stdout!.once('data', () => child.stdout!.destroy())
  const stderr = text(child.stderr!)
  const status = await new Promise((done) => child.on('close', done))
  expect([status, await stderr]).toEqual([0, ''])
})

it.skipIf(!existsSync('/dev/full'))('says so when the standard output cannot be written', async () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = await ended(
    start(['sample', put(newFolder(), 'blobs.json', blobs)], { stdout: full })
  )
  closeSync(full)
  expect(status).toBe(1)
  expect(stderr).toBe(
    'gaussflow sample: the standard output cannot be written (no space left on device); what came out is not whole\n'
  )
})

it('a kill in the middle of the work leaves the file that was there, and no other', async () => {
  const folder = newFolder()
  const flow = put(folder, 'blobs.json', blobs)
  writeFileSync(join(folder, 'x.csv'), 'before')
  const child = start([
    'sample',
    flow,
    '--count',
    '1000000',
    '--steps',
    '2000',
    '--out',
    join(folder, 'x.csv')
  ])
  setTimeout(() => child.kill('SIGKILL'), 700)
  await new Promise((done) => child.on('close', done))
  expect(child.signalCode).toBe('SIGKILL')
  expect(readFileSync(join(folder, 'x.csv'), 'utf8')).toBe('before')
  expect(readdirSync(folder).toSorted()).toEqual(['blobs.json', 'x.csv'])
})

it('training stopped by Ctrl-C is saved, and the same command goes on from there', async () => {
  const cwd = newFolder()
  put(cwd, 'points.csv', Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(i)}`).join('\n'))
  const args = 'train --data points.csv --out models/circle --width 8 --depth 1 --steps 1000000'.split(' ')
  const stop = async () => {
    const child = start(args, { cwd })
    // It says so once it listens for the signal; TensorFlow.js then takes a moment to load before the first step.
    child.stderr!.once('data', () => setTimeout(() => child.kill('SIGINT'), 3000))
    return await ended(child)
  }
  const first = await stop()
  const step = /stopped at step (\d+) of 1000000; the same command goes on from \.train\/circle\n$/.exec(
    first.stderr
  )
  expect(first).toMatchObject({ status: 1, stdout: '' })
  expect(first.stderr).toContain('once more stops at once')
  expect(Number(step?.[1])).toBeGreaterThan(0)
  expect(existsSync(join(cwd, 'models/circle/model.json'))).toBe(false)

  const second = /stopped at step (\d+)/.exec((await stop()).stderr)
  expect(Number(second?.[1])).toBeGreaterThan(Number(step?.[1]))
}, 40_000)

it('only train loads what trains', () => {
  const loaded = new Set<string>()
  const visit = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    if (!file.endsWith('.ts')) return
    for (const [, name] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)(?! type)(?:[\w\s{},*]*? from)? '([^']+)'/gm
    ))
      visit(name.startsWith('.') ? resolve(dirname(file), name) : name)
  }
  visit(MAIN)
  expect(loaded).toContain(resolve('src/cli/commands/train.ts'))
  expect([...loaded].filter((file) => /tensorflow|src\/train\/|hono|src\/cli\/server/.test(file))).toEqual([])
})
