import type { Command } from '../command.ts'
import { anomaly } from './anomaly.ts'
import { calibrate } from './calibrate.ts'
import { certify } from './certify.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { impute } from './impute.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { logProb } from './logProb.ts'
import { reflow } from './reflow.ts'
import { sample } from './sample.ts'
import { quantize } from './quantize.ts'
import { serve } from './serve.ts'
import { train } from './train.ts'
import { transport } from '../transport.ts'
import { velocity } from './velocity.ts'

/** Every command by its name, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = {
  sample,
  encode,
  decode,
  transport,
  velocity,
  'log-prob': logProb,
  certify,
  impute,
  anomaly,
  calibrate,
  train,
  reflow,
  quantize,
  import: importCommand,
  export: exportCommand,
  serve
}
