import { setImmediate } from 'node:timers/promises'

/** What a process holds once nothing more can be collected, in bytes. */
export interface Use {
  /** Physical memory of the whole process. */
  readonly resident: number
  /** Objects, buffers and the memories of WebAssembly modules: what an isolate is charged with. */
  readonly isolate: number
  /** The memories of WebAssembly modules alone, shared ones too. */
  readonly wasm: number
}

const memories: WeakRef<WebAssembly.Memory>[] = []

/** Notes every memory that scripts make and modules export from now on, whoever they are. */
export function watchMemories(): void {
  const { Memory, Instance, instantiate } = WebAssembly
  const note = (memory: WebAssembly.Memory): WebAssembly.Memory => {
    memories.push(new WeakRef(memory))
    return memory
  }
  const noteExports = (instance: WebAssembly.Instance): WebAssembly.Instance => {
    for (const value of Object.values(instance.exports)) if (value instanceof Memory) note(value)
    return instance
  }
  Object.assign(WebAssembly, {
    Memory: new Proxy(Memory, {
      construct: (type, args: ConstructorParameters<typeof Memory>) => note(new type(...args))
    }),
    Instance: new Proxy(Instance, {
      construct: (type, args: ConstructorParameters<typeof Instance>) => noteExports(new type(...args))
    }),
    instantiate: async (...args: Parameters<typeof instantiate>) => {
      // An instance of a module; of bytes, both.
      const result: object = await instantiate(...args)
      noteExports(
        result instanceof Instance ? result : (result as { instance: WebAssembly.Instance }).instance
      )
      return result
    }
  })
}

/** Objects, buffers and memories of modules that something still holds, now. */
export function isolateBytes(): number {
  if (globalThis.gc === undefined) throw new Error('start this process with --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

export async function memoryUse(): Promise<Use> {
  for (let i = 0; i < 3; i++) {
    isolateBytes()
    await setImmediate() // finalizers have their turn, and weak references let go
  }
  const isolate = isolateBytes()
  const alive = new Set(
    memories.map((memory) => memory.deref()?.buffer).filter((buffer) => buffer !== undefined)
  )
  const wasm = [...alive].reduce((sum, { byteLength }) => sum + byteLength, 0)
  return { resident: process.memoryUsage.rss(), isolate, wasm }
}
