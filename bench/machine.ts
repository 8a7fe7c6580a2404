import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Where and when the numbers were taken. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly revision: string
  readonly date: string
}

export function describeMachine(): Machine {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    node: process.version,
    revision: revision(),
    date: new Date().toISOString().slice(0, 10)
  }
}

function revision(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '--', 'src', 'assembly') === '' ? '' : ' with changes')
    )
  } catch {
    return 'unknown'
  }
}
