import type { Command } from './command.ts'

/** The overview: every command with its one line. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
  return `Gaussian interpolation flows: sample, encode and decode flow-matching models in WebAssembly.

Usage: gaussflow COMMAND ...

${columns(lines)}

MODEL is the name of a bundled model (such as digits), a model folder, or a flow file (.json).
Results go to the standard output as JSON, messages to the standard error.
Exit status: 0 done, 1 failed, 2 called wrongly.

gaussflow COMMAND --help explains a command, gaussflow --version prints the version.
`
}

/** What one command takes. */
export function commandHelp(name: string, { summary, usage, options }: Command): string {
  const flags = Object.entries(options).map(([flag, { value, description }]) => {
    return [value === undefined ? `--${flag}` : `--${flag} ${value}`, description] as const
  })
  return `${summary}.

Usage: gaussflow ${name} ${usage}

${columns(flags)}
`
}

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length)) + 2
  const indent = `\n${' '.repeat(width + 2)}`
  return lines.map(([left, right]) => `  ${left.padEnd(width)}${right.replaceAll('\n', indent)}`).join('\n')
}
