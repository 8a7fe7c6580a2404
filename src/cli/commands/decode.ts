import { transportCommand } from '../transport.ts'

/** Latents (time 0) to data (time 1). */
export const decode = transportCommand({
  method: 'decode',
  summary: 'Carry latents to data'
})
