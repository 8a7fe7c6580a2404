import { GaussflowError } from '../error.ts'
import type { Kernel } from './platform.ts'

/** Compiles each build of the core once, at its first use; what failed is tried again the next time. */
export function compiledOnce(
  compile: (kernel: Kernel) => Promise<WebAssembly.Module>
): (kernel: Kernel) => Promise<WebAssembly.Module> {
  const made = new Map<Kernel, Promise<WebAssembly.Module>>()
  return (kernel) => {
    const known = made.get(kernel)
    if (known !== undefined) return known
    const core = compile(kernel).catch((error: unknown) => {
      made.delete(kernel)
      if (kernel === 'relaxed' && error instanceof WebAssembly.CompileError)
        refuseKernel('this machine has no relaxed SIMD')
      throw error
    })
    made.set(kernel, core)
    return core
  }
}

export function refuseKernel(reason: string): never {
  const message = `\`kernel\` must be "plain" here, got "relaxed": ${reason}`
  throw new GaussflowError('unsupported', message, { path: 'kernel' })
}
