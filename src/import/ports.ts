import { GaussflowError } from '../error.ts'
import type { Port } from './model.ts'
import { isInteger } from './storedTensor.ts'
import type { Trace } from './trace.ts'

export interface PortOptions {
  /** The name of the input that is the state; guessed from names and shapes where it is not given. */
  readonly state?: string
  /** The name of the input that is the time. */
  readonly time?: string
  /** The name of the input that says what the network is told: integers that name classes, or numbers. */
  readonly condition?: string
  /** How many classes there are, where the condition is one: a table of one row more has its last for no class at all. */
  readonly classes?: number
  /** The name of the output, where there are several. */
  readonly output?: string
}

export interface Ports {
  readonly state: Port
  readonly time: Port
  readonly condition: Port | undefined
  readonly output: Port
}

const TIME = /^(t|time|times|timestep|timesteps|sigma|sigmas|noise_level|tau)$/i

/**
 * Which input is what. Of two, the time is the one with a number a row or one at all, by its name where both are so.
 *
 * @throws GaussflowError `invalid_argument` where it cannot be told, or a name is none of the graph's
 */
export function portsOf({ inputs, outputs, shapes }: Trace, options: PortOptions): Ports {
  const names = inputs.map(({ name }) => name)
  const named = (field: 'state' | 'time' | 'condition'): Port | undefined => {
    const name = options[field]
    return name === undefined ? undefined : find(inputs, field, name)
  }
  const given = { state: named('state'), time: named('time'), condition: named('condition') }
  const left = inputs.filter((port) => !Object.values(given).includes(port))
  const single = (port: Port): boolean => (shapes.get(port.name) ?? []).slice(1).every((size) => size === 1)
  const take = (field: string, found: readonly Port[]): Port => {
    const [port] = found
    if (found.length !== 1)
      throw new GaussflowError(
        'invalid_argument',
        `\`${field}\` must be named, as in --${field} NAME: the network's inputs are ${names.join(', ')}`,
        { path: field }
      )
    left.splice(left.indexOf(port), 1)
    return port
  }
  const byName = left.filter((port) => TIME.test(port.name))
  const time = given.time ?? take('time', byName.length === 1 ? byName : left.filter(single))
  const wide = left.filter((port) => !single(port))
  const state =
    given.state ?? take('state', left.length === 1 ? left : wide.length > 0 ? wide.slice(0, 1) : left)
  const condition = given.condition ?? left.shift()
  if (left.length > 0) take('condition', left)
  const output = options.output === undefined ? outputs[0] : find(outputs, 'output', options.output)
  if (condition !== undefined && isInteger(condition.type) && options.classes === undefined)
    throw new GaussflowError(
      'invalid_argument',
      `\`classes\` must say how many classes the condition \`${condition.name}\` names, as in --classes 10`,
      { path: 'classes' }
    )
  return { state, time, condition, output }
}

function find(ports: readonly Port[], field: string, name: string): Port {
  const port = ports.find((each) => each.name === name)
  if (port !== undefined) return port
  const message = `\`${field}\` must be one of ${ports.map((each) => each.name).join(', ')}, got ${name}`
  throw new GaussflowError('invalid_argument', message, { path: field })
}
