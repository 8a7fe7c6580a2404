import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkFolder, writeWhole } from '../../src/cli/writeFile.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'gaussflow-write-'))

it('a file is there whole after all its chunks, with nothing beside it', async () => {
  const place = folder()
  await writeWhole(join(place, 'x.json'), ['[1,', '2]'])
  expect(readFileSync(join(place, 'x.json'), 'utf8')).toBe('[1,2]')
  expect(readdirSync(place)).toEqual(['x.json'])
})

it('what was there stays, and no draft with it, when writing fails half-way', async () => {
  const place = folder()
  const path = join(place, 'x.json')
  writeFileSync(path, 'before')
  function* chunks(): Generator<string> {
    yield 'half'
    expect(readFileSync(path, 'utf8')).toBe('before')
    throw new Error('out of numbers')
  }
  await expect(writeWhole(path, chunks())).rejects.toThrow('out of numbers')
  expect(readFileSync(path, 'utf8')).toBe('before')
  expect(readdirSync(place)).toEqual(['x.json'])
})

it('a link stays a link to the new content', async () => {
  const place = folder()
  writeFileSync(join(place, 'real.json'), 'before')
  symlinkSync(join(place, 'real.json'), join(place, 'link.json'))
  await writeWhole(join(place, 'link.json'), ['after'])
  expect(readFileSync(join(place, 'real.json'), 'utf8')).toBe('after')
})

it('a missing folder is refused, before the work and after it, and not made', async () => {
  const path = join(folder(), 'missing', 'x.json')
  const refusal: unknown = expect.objectContaining({
    code: 'invalid_argument',
    path: 'out',
    message: `\`out\` must be a file that can be written, got ${path} (no such file or directory)`
  })
  await expect(checkFolder(path)).rejects.toThrow(refusal)
  await expect(writeWhole(path, ['x'])).rejects.toThrow(refusal)
  expect(existsSync(path)).toBe(false)
})
