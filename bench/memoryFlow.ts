/**
 * Holds a flow's memory against its plan, and watches it over so many further calls of every kind as the command line says;
 * prints both.
 */
import { memoryUse, watchMemories } from './memoryUse.ts'
import { MLP, randomTensors } from './network.ts'

/** Bytes. */
export interface Flat {
  readonly planned: number
  /** The core's memory after the request that was planned. */
  readonly used: number
  readonly before: { readonly resident: number; readonly wasm: number }
  readonly after: { readonly resident: number; readonly wasm: number }
}

watchMemories()
const { openModel } = await import('./rivals/gaussflow.ts')
const flow = await openModel(MLP, randomTensors(MLP), 'plain')

const request = { count: 256, solver: 'euler', steps: 50 } as const
const { bytes: planned } = flow.plan(request)
flow.sample({ ...request, count: 1 })
flow.sample(request)
const { wasm: used } = await memoryUse()

/** Call number i: batches of one to eight rows, each kind in its turn. */
function call(i: number): void {
  const how = { solver: 'euler', steps: 2 } as const
  const x = flow.source({ count: 1 + (i % 8), seed: i })
  switch (Math.floor(i / 8) % 4) {
    case 0:
      return void flow.sample({ count: x.count, seed: i, ...how })
    case 1:
      return void flow.encode(x, { ...how, error: false })
    case 2:
      return void flow.velocity(x, { time: 0.5 })
    default:
      return void flow.logProb(x, { ...how, probes: 1, seed: i })
  }
}

// The engine compiles what is called often, and that is not growth.
for (let i = 0; i < 2000; i++) call(i)
const before = await memoryUse()
for (let i = 0; i < Number(process.argv[2]); i++) call(i)
const after = await memoryUse()
flow.close() // held until here

const flat: Flat = { planned, used, before, after }
process.stdout.write(JSON.stringify(flat), () => process.exit())
