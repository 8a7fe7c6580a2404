import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const WORKER = 'test/worker/**/*.test.ts'
const BROWSER = 'test/browser/**/*.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [WORKER, BROWSER],
          testTimeout: 20_000
        }
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: { name: 'workerd', include: [WORKER], testTimeout: 30_000 }
      },
      // Chromium is driven from Node. One file at a time: each starts a browser, and times in the page must mean something.
      {
        test: {
          name: 'browser',
          include: [BROWSER],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      }
    ]
  }
})
