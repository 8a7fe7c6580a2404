import { GaussflowError } from '../error.ts'
import { computesRight } from '../wasm/selfTest.ts'
import type { Build, CompiledCore, Kernel, Part, Platform } from './platform.ts'

type Compile = (build: Build) => Promise<WebAssembly.Module>

/** What runs where a machine cannot take a build; the bits are the same. */
const NEXT: Partial<Record<Build, Build>> = {
  closedForm: 'scalar',
  network: 'scalar',
  int8: 'whole',
  whole: 'scalar'
}

/** Compiles each build of the core once, at its first use; what failed is tried again the next time. */
export function compiledOnce(compile: Compile): Platform['core'] {
  const made = new Map<Build, Promise<CompiledCore>>()
  return (kernel, part) => {
    const build = buildOf(kernel, part)
    const known = made.get(build)
    if (known !== undefined) return known
    const core = trusted(compile, build).catch((error: unknown) => {
      made.delete(build)
      throw error
    })
    made.set(build, core)
    return core
  }
}

function buildOf(kernel: Kernel, part: Part): Build {
  if (kernel === 'scalar') return kernel
  return kernel === 'relaxed' && part === 'network' ? kernel : part
}

/** Some machines have no SIMD, and some take it and compute it wrongly: those get the core without. */
async function trusted(compile: Compile, build: Build): Promise<CompiledCore> {
  let module: WebAssembly.Module
  const next = NEXT[build]
  try {
    module = await compile(build)
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) || build === 'scalar') throw error
    if (next === undefined) refuseKernel('relaxed', 'this machine has no relaxed SIMD')
    return await trusted(compile, next)
  }
  const kernel = build === 'relaxed' || build === 'scalar' ? build : 'plain'
  if (next === undefined || (await computesRight(module))) return { module, kernel }
  return await trusted(compile, next)
}

export function refuseKernel(kernel: Kernel, reason: string): never {
  const message = `\`kernel\` must be "plain" here, got "${kernel}": ${reason}`
  throw new GaussflowError('unsupported', message, { path: 'kernel' })
}
