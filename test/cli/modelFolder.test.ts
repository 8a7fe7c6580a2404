import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { modelFolder } from '../../src/cli/modelFolder.ts'

function folder(): string {
  const place = mkdtempSync(join(tmpdir(), 'gaussflow-models-'))
  for (const name of ['digits', 'blobs']) {
    mkdirSync(join(place, name))
    writeFileSync(join(place, name, 'model.json'), name)
  }
  mkdirSync(join(place, 'unfinished'))
  writeFileSync(join(place, 'unfinished', 'weights.safetensors'), '')
  writeFileSync(join(place, 'secret.json'), 'secret')
  return place
}

it('names the folders that hold a manifest, in order', async () => {
  expect(await modelFolder(folder()).names()).toEqual(['blobs', 'digits'])
})

it("gives a model's files, and nothing else of the machine", async () => {
  const models = modelFolder(folder())
  const text = async (path: string): Promise<string | undefined> => (await models.read(path))?.toString()
  expect(await text('digits/model.json')).toBe('digits')
  for (const path of [
    'digits/weights.safetensors',
    'unfinished/weights.safetensors',
    'secret.json',
    '../secret.json',
    'digits/../secret.json',
    'digits/..',
    'digits',
    '',
    '/etc/passwd'
  ])
    expect(await text(path), path).toBeUndefined()
})

it('refuses a folder that is none', () => {
  expect(() => modelFolder('/nowhere')).toThrow('`models` must be a folder of model folders, got /nowhere')
})
