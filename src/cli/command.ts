/** One flag of a command. */
interface Option {
  /** What stands for the value in the help, such as `N`; a flag without one is a switch. */
  readonly value?: string
  readonly description: string
}

export type Options = Readonly<Record<string, Option>>

/** What a user typed after the command's name: positionals in order, and flags by name (`true` for a switch). */
export interface Arguments {
  readonly positionals: readonly string[]
  readonly flags: Readonly<Record<string, string | true | undefined>>
}

/** The world as a command sees it, so that a test can be the world. */
export interface Io {
  /** Everything on the standard input. */
  readStdin(): Promise<string>
  /** Writes to the standard output: results only. Resolves to false when nobody reads it any more. */
  write(text: string): Promise<boolean>
  /** Writes to the standard error: messages and progress. */
  report(text: string): void
  /** Whether the standard error is a terminal, where a progress line can be drawn over. */
  readonly terminal: boolean
  /** Fires when the user asks to stop (Ctrl-C). Only the commands that stop by themselves listen. */
  onInterrupt(listener: () => void): void
}

/** A command of the command line; its name is its place in `commands/index.ts`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** The arguments after the name, as the help shows them. */
  readonly usage: string
  readonly options: Options
  /** Does the work; throws `UsageError` or `GaussflowError` where it cannot. */
  readonly run: (args: Arguments, io: Io) => Promise<void>
}

/** The command was called wrongly: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
