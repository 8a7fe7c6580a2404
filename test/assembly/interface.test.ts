import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { newCore } from './core.ts'

const core = await newCore()
const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')

it.each(Object.keys(core).filter((name) => name !== 'memory' && !name.startsWith('__')))(
  'the core says in its README what %s is',
  (name) => {
    expect(readme).toContain(`\`${name}(`)
  }
)
