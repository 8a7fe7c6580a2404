import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { bundledModels } from '../../src/platform/node.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

const MODELS = fileURLToPath(new URL('../../models', import.meta.url))

it('the bundled names are the folders of models, in order', async () => {
  const entries = await readdir(MODELS, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(await bundledModels()).toEqual(folders.sort())
  expect(folders).toContain('digits')
})

it('a bundled model opens by its name as by its path, from any folder', async () => {
  using byPath = await openFlow(`${MODELS}/digits`)
  const before = process.cwd()
  process.chdir('/')
  try {
    using byName = await openFlow('digits')
    expect(byName.manifest).toEqual(byPath.manifest)
    expect(byName.dim).toBe(784)
    const how = { count: 2, seed: 1, steps: 1 }
    expect(byName.sample(how)).toEqual(byPath.sample(how))
  } finally {
    process.chdir(before)
  }
})

it.each([
  'digits/../digits',
  '../models/digits',
  '../digits',
  './digits',
  'digits/',
  'Digits',
  'digits\0',
  'digits '
])('a bundled model has no other name: %j', async (name) => {
  const before = process.cwd()
  process.chdir('/')
  try {
    expect(await laterRefusal(() => openFlow(name))).toMatchObject({
      code: 'unknown_model',
      path: 'model',
      message: `\`model\` must be one of ${(await bundledModels()).join(', ')}, or the path of a model folder or flow file, got "${name}"`
    })
  } finally {
    process.chdir(before)
  }
})
