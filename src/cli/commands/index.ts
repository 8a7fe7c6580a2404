import type { Command } from '../command.ts'
import * as decode from './decode.ts'
import * as encode from './encode.ts'
import * as sample from './sample.ts'
import * as serve from './serve.ts'
import * as train from './train.ts'
import * as velocity from './velocity.ts'

/** Every command by its name, in the order of the help. */
export const commands = { sample, encode, decode, velocity, train, serve } satisfies Record<string, Command>
