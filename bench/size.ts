/** How many bytes does a user ship? */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown, type OutputAsset, type OutputChunk } from 'rolldown'
import type { Question, Row } from './measure.ts'

const KIB = 1024

export const size: Question = {
  title: 'Bytes shipped',
  unit: 'bytes',
  async measure() {
    const { network, relaxed, int8, closedForm, all } = await bundleSize('src/index.web.ts')
    const onnxruntime =
      gzipped('node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs') +
      gzipped('node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm')
    const tensorflow =
      gzipped('node_modules/@tensorflow/tfjs-core/dist/tf-core.min.js') +
      gzipped('node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js') +
      gzipped('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')
    return [
      row('core.wasm with all its parts, raw', 'limit', statSync('build/core.wasm').size, 64 * KIB),
      row('worker upload without models, gzip', 'limit', workerUpload(), 120 * KIB),
      row('what a page that opens a network fetches: library and core, gzip', 'limit', network, 50 * KIB),
      row('the same with the relaxed core, gzip', 'limit', relaxed, 50 * KIB),
      row('what a page that opens a closed form fetches, gzip', 'limit', closedForm, 50 * KIB),
      row(
        'all of the library that any page can fetch, certificates too, and the core with all parts, gzip',
        'onnxruntime-web',
        all,
        onnxruntime
      ),
      row('what a page that opens a network fetches, gzip', 'onnxruntime-web', network, onnxruntime),
      row('what a page that opens a network fetches, gzip', 'tfjs-backend-wasm', network, tensorflow),
      row('the same with 8-bit weights, gzip', 'tfjs-backend-wasm', int8, tensorflow)
    ]
  }
}

function row(name: string, peer: string, ours: number, theirs: number): Row {
  return { question: 'size', case: name, batch: null, peer, ours, theirs, ratio: theirs / ours, spread: 0 }
}

const gzipped = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length

/** Gzipped bytes of everything that `wrangler deploy` would upload but the weights. */
function workerUpload(): number {
  const folder = mkdtempSync(join(tmpdir(), 'gaussflow-upload-'))
  try {
    const wrangler = ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', folder]
    execFileSync(process.execPath, wrangler, {
      stdio: 'pipe',
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' }
    })
    const uploaded = readdirSync(folder).filter((name) => /\.(js|mjs|wasm)$/.test(name))
    return uploaded.reduce((sum, name) => sum + gzipped(join(folder, name)), 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What is fetched by a page that opens a network, or a closed form: the entry, what it then imports, and the core for it. */
interface BundleSize {
  readonly network: number
  readonly relaxed: number
  readonly int8: number
  readonly closedForm: number
  /** All JavaScript, and the core with all parts. */
  readonly all: number
}

/**
 * Gzipped bytes of the minified JavaScript that a bundler makes of a page that imports `openFlow` of an entry, with the core
 * that it then fetches. Rolldown alone: a framework's own lines about `import()` (0.7 KiB of Vite's) are not the library's.
 */
async function bundleSize(entry: string): Promise<BundleSize> {
  const page = 'page:opening'
  const bundle = await rolldown({
    input: page,
    platform: 'browser',
    preserveEntrySignatures: 'allow-extension',
    experimental: { resolveNewUrlToAsset: true },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === page ? id : null),
        load: (id) => (id === page ? `export { openFlow } from ${JSON.stringify(resolve(entry))}` : null)
      }
    ]
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
  const files = new Map(output.map((file) => [file.fileName, file]))
  const bytes = (part: (name: string) => boolean): number =>
    [...files.values()]
      .filter(({ fileName }) => part(fileName))
      .map((file) => gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length)
      .reduce((sum, length) => sum + length, 0)
  const opened = (core: string, ...parts: readonly string[]): number => {
    const fetched = withImports(files, output[0].fileName)
    for (const part of parts) {
      const later = output.find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith(part))
      if (later === undefined) throw new Error(`the bundle must have a chunk of ${part}`)
      withImports(files, later.fileName, fetched)
    }
    return bytes((name) => fetched.has(name)) + coreOf(core)
  }
  const coreOf = (name: string): number => {
    const size = bytes((file) => file.startsWith(`assets/${name}-`) && file.endsWith('.wasm'))
    if (size === 0) throw new Error(`the bundle must carry ${name}`)
    return size
  }
  return {
    network: opened('core.network', 'flow/networkModel.ts'),
    relaxed: opened('core.relaxed', 'flow/networkModel.ts'),
    int8: opened('core.int8', 'flow/networkModel.ts', 'network/int8.ts'),
    closedForm: opened('core.closedForm', 'flow/closedForm.ts'),
    all: bytes((name) => name.endsWith('.js')) + coreOf('core')
  }
}

/** A chunk and all that it imports before it runs. */
function withImports(
  files: ReadonlyMap<string, OutputChunk | OutputAsset>,
  name: string,
  found = new Set<string>()
): Set<string> {
  const file = files.get(name)
  if (file?.type !== 'chunk' || found.has(name)) return found
  found.add(name)
  for (const other of file.imports) withImports(files, other, found)
  return found
}
