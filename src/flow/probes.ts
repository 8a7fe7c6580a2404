import type { SampleOptions, TracingOptions, VelocityOptions } from './flow.ts'
import { refuseGiven } from './request.ts'
import { reserve, scoped, takeF32, type Core } from '../wasm/core.ts'

/** How the trace of the velocity's derivative is found: exactly (k = 0), or by k random probes of every row. */
export interface Tracing {
  readonly k: number
  readonly kind: 'rademacher' | 'gaussian'
  readonly seed: number
  /** Index of the first row: of samples, in the seed's sequence. */
  readonly first: number
}

const STREAM = 0x100 // of the first probe; samples use the streams below
const PROBES = 16

/** Whether probes find the divergence: where it is `hutchinson`, and where one of their fields is given without it. */
function wantsProbes({ divergence, probes, probeKind }: TracingOptions): boolean {
  return divergence === 'hutchinson' || probes !== undefined || probeKind !== undefined
}

/**
 * How the divergence of a request is found.
 *
 * @throws GaussflowError `invalid_argument` for fields of probes beside an exact divergence
 */
export function tracingOf(request: TracingOptions): Tracing {
  const { divergence, probes, probeKind, seed = 0, first = 0 } = request
  if (divergence === 'exact')
    refuseGiven({ probes, probeKind }, 'with the exact divergence', 'choose hutchinson')
  return { k: wantsProbes(request) ? (probes ?? PROBES) : 0, kind: probeKind ?? 'rademacher', seed, first }
}

/** The same of samples, which have a divergence for their log-density alone. */
export function tracingOfSamples({ logProb = false, ...request }: SampleOptions): Tracing | undefined {
  if (logProb) return tracingOf(request)
  const { divergence, probes, probeKind } = request
  refuseGiven({ divergence, probes, probeKind }, 'without a log-density', 'ask for one with `logProb`')
  return undefined
}

/** The same of a velocity, which comes without a divergence unless one is asked for. */
export function tracingOfVelocity(request: Omit<VelocityOptions, 'time'>): Tracing | undefined {
  const { divergence = false, ...rest } = request
  if (divergence === true) return tracingOf(rest)
  if (divergence !== false) return tracingOf({ ...rest, divergence })
  const { probes, probeKind } = rest
  refuseGiven({ probes, probeKind }, 'without a divergence', 'ask for one with `divergence`')
  return undefined
}

/**
 * The probes of `count` rows, shape (count, k, dim): probe j of row i depends on the seed, first + i, j and the coordinate alone.
 * Entries are signs of equal chance, or standard normals.
 */
export function drawProbes(
  core: Core,
  { k, kind, seed, first }: Tracing,
  count: number,
  dim: number
): Float32Array {
  const out = new Float32Array(count * k * dim)
  scoped(core, () => {
    const at = reserve(core, 4 * count * dim)
    for (let j = 0; j < k; j++) {
      core.normals(seed >>> 0, Math.floor(seed / 2 ** 32), STREAM + j, first, count, dim, at)
      const normals = takeF32(core, at, count * dim)
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < dim; c++) {
          const normal = normals[i * dim + c]
          out[(i * k + j) * dim + c] = kind === 'gaussian' ? normal : normal < 0 ? -1 : 1
        }
      }
    }
  })
  return out
}

/** The mean of `k` numbers for each row and its standard error, which one number or an exact one does not have. */
export function meanOfProbes(
  values: Float64Array,
  count: number,
  k: number
): { mean: Float64Array; standardError: Float64Array | undefined } {
  if (k === 0) return { mean: values, standardError: undefined }
  const mean = new Float64Array(count)
  const standardError = new Float64Array(count).fill(NaN)
  for (let i = 0; i < count; i++) {
    const row = values.subarray(i * k, (i + 1) * k)
    mean[i] = row.reduce((sum, value) => sum + value, 0) / k
    const squares = row.reduce((sum, value) => sum + (value - mean[i]) ** 2, 0)
    if (k > 1) standardError[i] = Math.sqrt(squares / (k - 1) / k)
  }
  return { mean, standardError }
}
