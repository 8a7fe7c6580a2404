/** What wrangler.toml binds. */
interface Env {
  /** The page and the bundled models, as static files. */
  readonly ASSETS: { fetch(request: Request | string): Promise<Response> }
}

declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

declare module 'cloudflare:workers' {
  export const env: Env
  /** The worker's own entry points: `exports.default.fetch` speaks HTTP to it. */
  export const exports: {
    readonly default: { fetch(input: Request | string, init?: RequestInit): Promise<Response> }
  }
}
