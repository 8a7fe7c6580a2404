/** The worker: the HTTP interface over the models among the static files; the static files themselves are served by the platform. */
import { env } from 'cloudflare:workers'
import { openFlow } from '../src/index.workerd.ts'
import { createApp } from './app.ts'
import { openModels } from './models.ts'

/** A file below /models/, where the page finds it too. */
async function read(path: string): Promise<Uint8Array | undefined> {
  const response = await env.ASSETS.fetch(`https://assets.local/models/${path}`)
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
}

/** The build lists the models that it lays out. */
async function names(): Promise<readonly string[]> {
  const bytes = await read('index.json')
  if (bytes === undefined)
    throw new Error('models/index.json is missing among the static files; build the page again')
  return JSON.parse(new TextDecoder().decode(bytes)) as string[]
}

export default createApp({ models: openModels({ names, read, openFlow }) })
