import { readFileSync } from 'node:fs'
import { parseArguments } from './arguments.ts'
import { UsageError, type Command, type Io } from './command.ts'
import { commands } from './commands/index.ts'
import { describeFailure, OK, USAGE } from './failure.ts'
import { commandHelp, overview } from './help.ts'
import { suggestion } from './nearest.ts'

/** Runs one command line and returns its exit status; every failure becomes one line on the standard error. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined) {
    io.report(overview(commands))
    return USAGE
  }
  try {
    await dispatch(name, rest, io)
    return OK
  } catch (error) {
    const { status, line } = describeFailure(error)
    io.report(`gaussflow${Object.hasOwn(commands, name) ? ` ${name}` : ''}: ${line}\n`)
    if (process.env.GAUSSFLOW_DEBUG && error instanceof Error) io.report(`${error.stack}\n`)
    return status
  }
}

async function dispatch(name: string, rest: readonly string[], io: Io): Promise<void> {
  const text = textFor(name, rest)
  if (text !== undefined) {
    await io.write(text)
    return
  }
  const command = find(name)
  await command.run(parseArguments(rest, command.options), io)
}

/** The version or the help that was asked for, if either was. */
function textFor(name: string, rest: readonly string[]): string | undefined {
  if (name === '--version' || name === '-v') return `${version()}\n`
  const [topic] = rest.filter((word) => !isHelp(word))
  if (name === 'help' || isHelp(name)) {
    return topic === undefined ? overview(commands) : commandHelp(topic, find(topic))
  }
  const ends = rest.indexOf('--')
  const asked = rest.slice(0, ends < 0 ? undefined : ends).some(isHelp)
  return asked ? commandHelp(name, find(name)) : undefined
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h'

function find(name: string): Command {
  if (Object.hasOwn(commands, name)) return commands[name]
  const names = Object.keys(commands)
  throw new UsageError(
    `there is no command ${name}${suggestion(name, names) || `; the commands are ${names.join(', ')}`}`
  )
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
