import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.resolve('@sparticuz/chromium')))

/** Starts the Chromium that came with `npm ci`, or the one that CHROME_PATH names. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env.CHROME_PATH
  const folder = named === undefined ? await unpacked() : undefined
  const executablePath = named ?? join(folder!, 'chromium')
  const env = folder === undefined ? process.env : { ...process.env, ...surroundings(executablePath, folder) }
  return await chromium.launch({ executablePath, env, args: ['--no-sandbox'] })
}

/**
 * The folder with the package's Chromium, its libraries and its fonts. It is unpacked once for each version, beside its
 * place and then renamed, so that two test runs at the same time never see half of it.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }
  const folder = join(tmpdir(), `gaussflow-chromium-${version}`)
  if (existsSync(folder)) return folder
  const parts = mkdtempSync(`${folder}-`)
  const system = process.env.TMPDIR
  process.env.TMPDIR = parts // where `inflate` writes
  try {
    for (const part of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'])
      await inflate(join(PACKAGE, 'bin', part))
  } finally {
    if (system === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = system
  }
  writeFileSync(join(parts, 'fonts', 'fonts.conf'), fontConfiguration(folder))
  mkdirSync(join(parts, 'cache'))
  try {
    renameSync(parts, folder)
  } catch (error) {
    rmSync(parts, { recursive: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`
}

/** What a bare system lacks: the network security libraries that Chromium links against, and any font at all. */
function surroundings(executablePath: string, folder: string): Record<string, string> {
  const missing: Record<string, string> = {}
  const starts = spawnSync(executablePath, ['--version']).status === 0
  if (!starts) missing.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib')
  if (!existsSync('/etc/fonts/fonts.conf')) missing.FONTCONFIG_FILE = join(folder, 'fonts', 'fonts.conf')
  return missing
}
