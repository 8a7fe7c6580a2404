import { parseArgs } from 'node:util'
import { UsageError, type Arguments, type Options } from './command.ts'
import { suggestion } from './nearest.ts'

/**
 * Reads what follows a command's name.
 *
 * @throws UsageError for a flag that the command does not have, a flag without its value, or a value where none belongs.
 */
export function parseArguments(argv: readonly string[], options: Options): Arguments {
  const types = Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) }
    ])
  )
  const { tokens } = parseArgs({
    args: joinValues(argv, options),
    options: types,
    strict: false,
    allowPositionals: true,
    tokens: true
  })
  const positionals: string[] = []
  const flags: Record<string, string | true> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    if (!rawName.startsWith('--') || !Object.hasOwn(options, name)) throw unknownFlag(rawName, options)
    const placeholder = options[name].value
    if (placeholder === undefined && value !== undefined)
      throw new UsageError(`\`--${name}\` must stand alone, got the value ${value}`)
    if (placeholder !== undefined && (value === undefined || value === ''))
      throw new UsageError(`\`--${name}\` must be followed by its value, as in --${name} ${placeholder}`)
    if (Object.hasOwn(flags, name)) throw new UsageError(`\`--${name}\` must be given once`)
    flags[name] = value ?? true
  }
  return { positionals, flags }
}

/**
 * Joins `--seed -1` to `--seed=-1`: a flag that takes a value takes the next word, whatever it looks like, unless that
 * is another flag of the command.
 */
function joinValues(argv: readonly string[], options: Options): string[] {
  const joined: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]
    if (word === '--') return [...joined, ...argv.slice(i)]
    const next = argv[i + 1]
    if (!word.startsWith('--') || options[word.slice(2)]?.value === undefined) joined.push(word)
    else if (next === undefined || isFlag(next, options)) joined.push(`${word}=`)
    else {
      joined.push(`${word}=${next}`)
      i++
    }
  }
  return joined
}

function isFlag(word: string, options: Options): boolean {
  const [name] = word.slice(2).split('=')
  return word.startsWith('--') && Object.hasOwn(options, name)
}

function unknownFlag(flag: string, options: Options): UsageError {
  const known = Object.keys(options).map((name) => `--${name}`)
  return new UsageError(
    `there is no flag ${flag}${suggestion(flag, known) || `; the flags are ${known.join(', ')}`}`
  )
}

/** The only positional of a command, such as its model. */
export function onlyPositional({ positionals }: Arguments, name: string): string {
  const [first, second] = positionals
  if (first === undefined) throw new UsageError(`\`${name}\` must be given`)
  if (second !== undefined) throw new UsageError(`one ${name} must be given, got also ${second}`)
  return first
}

/** The value of a flag without which the command cannot run. */
export function required({ flags }: Arguments, name: string, { value }: { value: string }): string {
  const given = flags[name]
  if (typeof given !== 'string') throw new UsageError(`\`${name}\` must be given, as in --${name} ${value}`)
  return given
}

/** The value of a flag as the schemas want it: a number where it reads as one, else the text, for the schema to refuse. */
export function numeral(text: string | true | undefined): number | string | true | undefined {
  return typeof text === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}
