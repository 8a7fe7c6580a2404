/** Format, lint, types, unused code, and the shape of the package: `npm run check`. Runs all of them, and fails if one does. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the package exports that has no types. */
const MODULES = Object.keys(manifest.exports).flatMap((name) =>
  name.endsWith('.wasm') ? [name.replace('./', '')] : []
)
const CHECKS: Record<string, readonly string[]> = {
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  lint: ['eslint', '--max-warnings', '0', '.'],
  types: ['tsc', '--noEmit'],
  'types of the worker': ['tsc', '--noEmit', '-p', 'worker/tsconfig.json'],
  'types of the page': ['tsc', '--noEmit', '-p', 'worker/playground/tsconfig.json'],
  "types of the worker's tests": ['tsc', '--noEmit', '-p', 'test/worker/tsconfig.json'],
  unused: ['knip'],
  architecture: ['vitest', 'run', '--project', 'node', '--reporter', 'dot', 'test/architecture.test.ts'],
  package: ['publint', '--strict'],
  'types of the package': [
    'attw',
    '--pack',
    '.',
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    ...MODULES,
    'package.json'
  ]
}

const failed = Object.entries(CHECKS).filter(([name, [command, ...args]]) => {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${command}`, args, {
    cwd: ROOT,
    encoding: 'utf8'
  })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok    ' : 'failed'}  ${name} (${seconds} s)`)
  if (status !== 0) console.log(stdout + stderr)
  return status !== 0
})
process.exit(failed.length > 0 ? 1 : 0)
