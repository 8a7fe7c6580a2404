import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'

const PATIENCE = 120_000 // a checkout that nobody has built yet is built first

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL')
})

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function freePort(): Promise<number> {
  const server = await listen(0)
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Waits until nothing listens there any more: a server that was told to end takes a moment, one that was forgotten stays. */
async function expectFree(port: number): Promise<void> {
  await vi.waitFor(async () => (await listen(port)).close(), { timeout: 10_000, interval: 100 })
}

/** Starts in a process group of its own, as a terminal does, and waits for the line that tells the address. */
async function start(port: number): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['scripts/start.ts', '--port', String(port)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  running.push(child)
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.includes('\n')) break
  }
  return { child, said }
}

describe('npm start', () => {
  // From a terminal Ctrl-C reaches the whole group, from elsewhere a signal reaches the process alone.
  it.each([
    ['Ctrl-C', 'SIGINT', -1, 130],
    ['it is told to end', 'SIGTERM', 1, 143]
  ] as const)(
    'serves the page and the routes at the address it prints, until %s',
    { timeout: PATIENCE },
    async (_, signal, group, code) => {
      const port = await freePort()
      const { child, said } = await start(port)
      const [url] = /http:\S+/.exec(said)!
      expect(url).toBe(`http://localhost:${port}`)
      expect(await (await fetch(url)).text()).toContain('<!doctype html>')
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' })

      process.kill(group * child.pid!, signal)
      expect(await once(child, 'exit')).toEqual([code, null])
      await expectFree(port)
    }
  )

  it('says so when its port is taken, and how to choose another', { timeout: PATIENCE }, async () => {
    const port = await freePort()
    const server = await listen(port)
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.ts', '--port', String(port)], {
      encoding: 'utf8'
    })
    server.close()
    expect(status).toBe(1)
    expect(stderr.trim()).toBe(
      `port ${port} is taken; end what uses it, or choose another: npm start -- --port ${port + 1}`
    )
  })

  it.each(['0', '65536', '80.5', 'http'])('refuses the port %s', { timeout: PATIENCE }, (port) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.ts', '--port', port], {
      encoding: 'utf8'
    })
    expect([status, stderr.trim()]).toEqual([1, `\`port\` must be an integer from 1 to 65535, got ${port}`])
  })
})
