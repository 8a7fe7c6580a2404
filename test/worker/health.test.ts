import { expect, it } from 'vitest'
import { get } from './http.ts'

it('GET /health draws a sample and says so', async () => {
  const response = await get('/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok' })
})
