import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from './chromium.ts'
import { startSite, type Site } from './site.ts'
import { choose, fingerprintIn, SOON, verdict, visit } from './visit.ts'

/** A request that runs for half a minute. */
const LONG = 'seed=1&count=64&steps=100&solver=rk4'

/** What the page's thread said, where a visit overhears it. */
declare const answers: unknown[]

let site: Site
let browser: Browser

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

test('a refused seed is explained and marked, and the next request works, in both places', async () => {
  const page = await visit(browser, site.url)
  for (const place of ['Browser · WebAssembly', 'Worker · HTTP']) {
    await choose(page, place)
    await page.getByLabel('Seed').fill('-3')
    await page.getByLabel('Seed').press('Enter')
    await page.locator('#sample .alert').filter({ hasText: 'seed must be an integer from 0' }).waitFor()
    expect(await page.getByLabel('Seed').getAttribute('aria-invalid')).toBe('true')
    await page.getByLabel('Seed').fill('8')
    await page.getByLabel('Seed').press('Enter')
    await page.locator('#sample .status').filter({ hasText: '16 digits' }).waitFor()
    expect(await page.locator('#sample .alert').textContent()).toBe('')
    expect(await page.getByLabel('Seed').getAttribute('aria-invalid')).toBe('false')
  }
  await page.close()
})

test('a worker that is out of reach is reported, and the browser still draws', async () => {
  const page = await visit(browser, site.url)
  await page.route('**/v1/**', (route) => route.abort())
  await choose(page, 'Worker · HTTP')
  expect(await verdict(page, 'sample')).toContain('The worker cannot be reached')
  await choose(page, 'Browser · WebAssembly')
  await page.locator('#sample .status').filter({ hasText: 'in the browser' }).waitFor()
  await page.close()
})

test.each(['**/weights.safetensors', '**/assets/thread-*.js', '**/*.wasm'])(
  'when %s fails to load once, the page says so and the next request works',
  async (files) => {
    const page = await browser.newPage()
    await page.route(files, (route) => route.abort(), { times: 1 })
    await page.goto(`${site.url}/#seed=7&count=16&steps=4&solver=euler`)
    await page.locator('#sample .alert').filter({ hasText: /\w/ }).waitFor()
    await page.getByRole('button', { name: 'New seed' }).click()
    await page.locator('#sample .status').filter({ hasText: '16 digits' }).waitFor()
    expect(await page.locator('#sample .alert').textContent()).toBe('')
    await page.close()
  }
)

test('a request beyond the limits of the worker says what would fit', async () => {
  const page = await visit(browser, site.url, { hash: LONG })
  await choose(page, 'Worker · HTTP')
  await page
    .locator('#sample .alert')
    .filter({ hasText: /count must be at most \d+/ })
    .waitFor()
  await page.close()
})

test('the page stays responsive while the thread computes, and a new request calls the old one off', async () => {
  const page = await visit(browser, site.url, { hash: LONG, overhear: true })
  await page.locator('#sample .progress.busy').waitFor()
  for (const choice of ['16', 'Euler']) await choose(page, choice)
  await page.locator('#steps').fill('2')
  await page.locator('#sample .status').filter({ hasText: '16 digits' }).waitFor()
  expect(await page.locator('#grid canvas').count()).toBe(16)
  const before = await page.evaluate(() => answers.length)
  await page.waitForTimeout(3000) // four times what one slice of the long request takes
  expect(await page.evaluate((from) => answers.slice(from), before)).toEqual([])
  await page.close()
})

test('the hash of the URL holds the view: who opens it sees the same bytes', async () => {
  const page = await visit(browser, site.url)
  await page.getByRole('button', { name: 'New seed' }).click()
  await page.locator('#steps').fill('3')
  await expect.poll(() => page.url(), SOON).toContain('count=16&steps=3&solver=euler')
  const mine = await fingerprintIn(page, 'browser')
  const other = await visit(browser, site.url, { hash: new URL(page.url()).hash.slice(1) })
  expect(await other.getByLabel('Seed').inputValue()).toBe(await page.getByLabel('Seed').inputValue())
  await expect.poll(() => fingerprintIn(other, 'browser'), SOON).toBe(mine)
  await page.close()
  await other.close()
})

test('the commands repeat the last grid with a good seed, and text in the seed field never enters them', async () => {
  const page = await visit(browser, site.url, { hash: 'seed=41&count=36&steps=2&solver=euler' })
  const command = page.locator('#examples code').first()
  await expect
    .poll(() => command.textContent(), SOON)
    .toContain('"count":36,"seed":41,"solver":"euler","steps":2')
  await page.getByLabel('Seed').fill("1}' ; echo gotcha")
  await page.getByLabel('Seed').press('Enter')
  await page.locator('#sample .alert').filter({ hasText: 'seed must be' }).waitFor()
  expect(await command.textContent()).toContain('"seed":41')
  expect(await page.locator('#examples').textContent()).not.toContain('gotcha')
  await page.close()
})
