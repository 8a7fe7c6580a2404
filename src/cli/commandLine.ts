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
  if (name === '--version' || name === '-v') return void (await io.write(`${version()}\n`))
  if (name === 'help' || isHelp(name)) {
    const [topic] = rest.filter((word) => !isHelp(word))
    return void (await io.write(topic === undefined ? overview(commands) : commandHelp(topic, find(topic))))
  }
  const command = find(name)
  const ends = rest.indexOf('--')
  if (rest.slice(0, ends < 0 ? undefined : ends).some(isHelp)) return void (await io.write(commandHelp(name, command)))
  await command.run(parseArguments(rest, command.options), io)
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h'

function find(name: string): Command {
  if (Object.hasOwn(commands, name)) return commands[name as keyof typeof commands]
  const names = Object.keys(commands)
  throw new UsageError(`there is no command ${name}${suggestion(name, names) || `; the commands are ${names.join(', ')}`}`)
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
