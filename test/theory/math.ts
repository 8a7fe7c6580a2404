import type { Elementary } from '../../src/theory/base.ts'
import { newCore } from '../assembly/core.ts'

const { exp64, log64 } = await newCore()

/** The core's own functions, by which certificates have the same bits everywhere. */
export const math: Elementary = { exp64, log64 }
