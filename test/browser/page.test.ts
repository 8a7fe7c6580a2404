import { createHash } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { parseNpy } from '../../src/io/index.ts'
import { launchChromium } from './chromium.ts'
import { SERVED_DIGITS, startSite, type Site } from './site.ts'
import { choose, fingerprintIn, inkOf, SOON, verdict, visit } from './visit.ts'

let site: Site
let browser: Browser

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

const sha256 = (data: Float32Array): string => createHash('sha256').update(data).digest('hex')

test('the page draws, encodes and interpolates without a complaint on the console', async () => {
  const page = await visit(browser, site.url)
  expect(await verdict(page, 'sample')).toMatch(
    /^16 digits in .* in the browser, 4 velocity evaluations each\.$/
  )
  for (const part of ['reconstruct', 'interpolate'] as const) {
    await page.locator(`#${part}`).scrollIntoViewIfNeeded()
    expect(await verdict(page, part)).toMatch(/\.$/)
  }
  expect(page.complaints).toEqual([])
  await page.close()
})

test('every cell of the grid holds a digit: ink, but not everywhere', async () => {
  const page = await visit(browser, site.url, { hash: 'seed=1&count=36&steps=12&solver=heun' })
  await verdict(page, 'sample')
  expect(await page.locator('#grid canvas').count()).toBe(36)
  for (let i = 1; i <= 36; i++) {
    const ink = await inkOf(page, `#grid .cell:nth-child(${i}) canvas`)
    const inked = ink.filter((value) => value > 0.5).length
    expect(inked).toBeGreaterThan(10)
    expect(inked).toBeLessThan(400)
  }
  await page.close()
})

test('the browser, the worker and Node give the same bytes for a seed', async () => {
  const request = { count: 16, seed: 12345, solver: 'heun', steps: 6, label: 7, guidance: 2 } as const
  const hash = 'seed=12345&count=16&steps=6&solver=heun&label=7&guidance=2'
  const page = await visit(browser, site.url, { hash })
  const flow = await openFlow(SERVED_DIGITS)
  const inNode = sha256(flow.sample(request).data)
  flow.close()
  const answer = await fetch(`${site.url}/v1/sample`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-npy' },
    body: JSON.stringify({ model: 'digits', ...request })
  })
  const inWorker = sha256(parseNpy(new Uint8Array(await answer.arrayBuffer())).data)
  expect(await fingerprintIn(page, 'browser')).toBe(inNode)
  expect(inWorker).toBe(inNode)
  await page.close()
})

test('a digit of one’s choice is drawn, and guidance has a say only then', async () => {
  const page = await visit(browser, site.url)
  const anyDigit = await fingerprintIn(page, 'browser')
  expect(await page.locator('#guidance').isDisabled()).toBe(true)
  await choose(page, '3')
  await expect.poll(() => fingerprintIn(page, 'browser'), SOON).not.toBe(anyDigit)
  const mild = await fingerprintIn(page, 'browser')
  await page.locator('#guidance').fill('3')
  await expect.poll(() => fingerprintIn(page, 'browser'), SOON).not.toBe(mild)
  expect(new URL(page.url()).hash).toMatch(/label=3&guidance=3$/)
  expect(await page.locator('#examples').textContent()).toContain('--label 3 --guidance 3')
  const [drawn, end] = [
    await inkOf(page, '#grid .cell:first-child canvas'),
    await inkOf(page, '.path-frames canvas:last-child')
  ]
  expect(end).toEqual(drawn)
  await page.close()
})

test('switching to the worker gives the same fingerprint, and the page says so', async () => {
  const page = await visit(browser, site.url)
  const first = await fingerprintIn(page, 'browser')
  await choose(page, 'Worker · HTTP')
  expect(await fingerprintIn(page, 'worker')).toBe(first)
  expect(await page.locator('.verdict').textContent()).toBe('The same bytes in both.')
  expect(await verdict(page, 'sample')).toContain('in the worker')
  await page.close()
})

test('a held-out digit comes back from its noise within 0.02, in the browser and in the worker', async () => {
  const page = await visit(browser, site.url)
  for (const place of ['Browser · WebAssembly', 'Worker · HTTP']) {
    await choose(page, place)
    await page.locator('#reconstruct').scrollIntoViewIfNeeded()
    await page.getByRole('radio', { name: 'Test digit 30, a 7', exact: true }).check({ force: true })
    await expect.poll(() => verdict(page, 'reconstruct'), SOON).toMatch(/within 0\.\d+ RMS/)
    const error = Number(/within (\S+) RMS/.exec(await verdict(page, 'reconstruct'))?.[1])
    expect(error).toBeLessThan(0.02)
    const [original, decoded] = [await inkOf(page, '#original'), await inkOf(page, '#decoded')]
    expect(Math.max(...original.map((ink, i) => Math.abs(ink - decoded[i])))).toBeLessThan(0.2)
    await page.getByRole('radio', { name: 'Test digit 1, a 0', exact: true }).check({ force: true })
  }
  await page.close()
})

test('the ends of an interpolation are the two digits that were picked', async () => {
  const page = await visit(browser, site.url)
  await page.locator('#interpolate').scrollIntoViewIfNeeded()
  await verdict(page, 'interpolate')
  const picked = (strip: string): string => `${strip} .cell:has(:checked) canvas`
  for (const [strip, frame] of [
    ['#from-picker', 'canvas:first-child'],
    ['#to-picker', 'canvas:last-child']
  ]) {
    const [real, decoded] = [await inkOf(page, picked(strip)), await inkOf(page, `#frames ${frame}`)]
    expect(Math.max(...real.map((ink, i) => Math.abs(ink - decoded[i])))).toBeLessThan(0.2)
  }
  await page.locator('#along').fill('0')
  await expect.poll(() => verdict(page, 'interpolate'), SOON).toMatch(/^0 % of the way/)
  expect(await inkOf(page, '#between')).toEqual(await inkOf(page, '#frames canvas:first-child'))
  await page.close()
})
