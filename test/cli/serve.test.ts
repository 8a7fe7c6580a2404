import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCommandLine } from '../../src/cli/commandLine.ts'
import { newFolder, pictures, put } from './fixtures.ts'
import { gaussflow, testIo } from './io.ts'

/** Serves the model `pictures` while `body` runs, and returns the exit status. */
async function serving(body: (address: string, folder: string) => Promise<void>): Promise<number> {
  const folder = newFolder()
  mkdirSync(join(folder, 'pictures'))
  put(join(folder, 'pictures'), 'model.json', pictures)
  const { io, world } = testIo()
  const listening = Promise.withResolvers<string>()
  const report = (text: string): void => {
    io.report(text)
    const address = /listening on (\S+)/.exec(text)?.[1]
    if (address !== undefined) listening.resolve(address)
  }
  const status = runCommandLine(['serve', '--port', '0', '--models', folder], { ...io, report })
  try {
    await body(await listening.promise, folder)
  } finally {
    world.interrupt()
  }
  return await status
}

it('serves the models of a folder until it is interrupted', async () => {
  let where = ''
  const status = await serving(async (address) => {
    where = address
    const health = await fetch(`${address}/health`)
    expect(await health.json()).toEqual({ status: 'ok', models: ['pictures'] })
  })
  expect(status).toBe(0)
  await expect(fetch(`${where}/health`)).rejects.toThrow()
})

it('answers what the command line prints', async () => {
  await serving(async (address, folder) => {
    const body = JSON.stringify({ model: 'pictures', count: 3, seed: 7 })
    const response = await fetch(`${address}/v1/sample`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' }
    })
    const { model, ...answer } = (await response.json()) as { model: string }
    expect(model).toBe('pictures')
    const { stdout } = await gaussflow(`sample ${join(folder, 'pictures')} --count 3 --seed 7`)
    expect(answer).toEqual(JSON.parse(stdout))
  })
})

it("gives the page the models' files, and nothing beside them", async () => {
  await serving(async (address, folder) => {
    put(folder, 'secret.json', '{}')
    const get = (path: string) => fetch(`${address}/models/${path}`)
    expect(await (await get('index.json')).json()).toEqual(['pictures'])
    expect(await (await get('pictures/model.json')).json()).toEqual(pictures)
    for (const path of [
      'pictures/weights.safetensors',
      'secret.json',
      'pictures/..%2Fsecret.json',
      'nope/model.json'
    ])
      expect((await get(path)).status, path).toBe(404)
  })
})

it('says in one line that the port is taken', async () => {
  await serving(async (address) => {
    const port = new URL(address).port
    const { status, stderr } = await gaussflow(`serve --port ${port}`)
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /gaussflow serve: `port` must be one that this machine can listen on, got \d+ \(address already in use\)\n$/
    )
  })
})
