import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { copyModels } from '../../scripts/build.ts'

const folder = mkdtempSync(join(tmpdir(), 'gaussflow-build-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the build', () => {
  it('lays out the folders that hold a model, and a list of their names', () => {
    const [from, to] = [join(folder, 'models'), join(folder, 'page')]
    for (const name of ['b', 'a', 'unfinished']) mkdirSync(join(from, name), { recursive: true })
    for (const name of ['b', 'a']) writeFileSync(join(from, name, 'model.json'), name)
    writeFileSync(join(from, 'unfinished', 'notes.txt'), '')
    mkdirSync(join(to, 'gone'), { recursive: true })

    copyModels(from, to)
    expect(readdirSync(to).sort()).toEqual(['a', 'b', 'index.json'])
    expect(JSON.parse(readFileSync(join(to, 'index.json'), 'utf8'))).toEqual(['a', 'b'])
    expect(readFileSync(join(to, 'a', 'model.json'), 'utf8')).toBe('a')
  })

  it('lists no models where there are none', () => {
    copyModels(join(folder, 'nowhere'), join(folder, 'empty'))
    expect(readFileSync(join(folder, 'empty', 'index.json'), 'utf8')).toBe('[]\n')
  })

  it('refuses words that it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts', '--stale', 'kernel'], {
      encoding: 'utf8'
    })
    expect(status).toBe(2)
    expect(stderr).toContain(
      'unknown: kernel; usage: node scripts/build.ts [--stale] [core] [page] [library]'
    )
  })
})
