import { GaussflowError } from '../error.ts'
import { computesRight } from '../wasm/selfTest.ts'
import type { CompiledCore, Kernel } from './platform.ts'

type Compile = (kernel: Kernel) => Promise<WebAssembly.Module>

/** Compiles each build of the core once, at its first use; what failed is tried again the next time. */
export function compiledOnce(compile: Compile): (kernel: Kernel) => Promise<CompiledCore> {
  const made = new Map<Kernel, Promise<CompiledCore>>()
  return (kernel) => {
    const known = made.get(kernel)
    if (known !== undefined) return known
    const core = trusted(compile, kernel).catch((error: unknown) => {
      made.delete(kernel)
      throw error
    })
    made.set(kernel, core)
    return core
  }
}

/** Some machines have no SIMD, and some take it and compute it wrongly: those get the core without. */
async function trusted(compile: Compile, kernel: Kernel): Promise<CompiledCore> {
  let module: WebAssembly.Module
  try {
    module = await compile(kernel)
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) || kernel === 'scalar') throw error
    if (kernel === 'relaxed') refuseKernel(kernel, 'this machine has no relaxed SIMD')
    return await trusted(compile, 'scalar')
  }
  if (kernel !== 'plain' || (await computesRight(module))) return { module, kernel }
  return await trusted(compile, 'scalar')
}

export function refuseKernel(kernel: Kernel, reason: string): never {
  const message = `\`kernel\` must be "plain" here, got "${kernel}": ${reason}`
  throw new GaussflowError('unsupported', message, { path: 'kernel' })
}
