import { transportCommand } from '../transport.ts'

/** Data (time 1) to latents (time 0). */
export const { summary, usage, options, run } = transportCommand({
  method: 'encode',
  summary: 'Carry data to their latents'
})
