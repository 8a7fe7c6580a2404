import { transportCommand } from '../transport.ts'

/** Data (time 1) to latents (time 0). */
export const encode = transportCommand({
  method: 'encode',
  summary: 'Carry data to their latents'
})
