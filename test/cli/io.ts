import type { Io } from '../../src/cli/command.ts'
import { runCommandLine } from '../../src/cli/commandLine.ts'

/** What a command did to the world. */
export interface World {
  stdout: string
  stderr: string
  interrupt: () => void
}

/** A world without a process around it. */
export function testIo({ stdin = '', terminal = false }: { stdin?: string; terminal?: boolean } = {}): {
  io: Io
  world: World
} {
  const world: World = { stdout: '', stderr: '', interrupt: () => {} }
  const io: Io = {
    readStdin: () => Promise.resolve(stdin),
    write(text) {
      world.stdout += text
      return Promise.resolve(true)
    },
    report(text) {
      world.stderr += text
    },
    terminal,
    onInterrupt(listener) {
      world.interrupt = listener
    }
  }
  return { io, world }
}

/** Runs a command line, split at spaces, in a world of its own. */
export async function gaussflow(line: string, stdin = ''): Promise<World & { status: number }> {
  const { io, world } = testIo({ stdin })
  const status = await runCommandLine(line.split(' ').filter(Boolean), io)
  return { ...world, status }
}
