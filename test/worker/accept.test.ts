import { describe, expect, it } from 'vitest'
import { negotiate } from '../../worker/accept.ts'

const JSON_TYPE = 'application/json'
const NPY = 'application/x-npy'
const PNG = 'image/png'
const offers = [JSON_TYPE, NPY, PNG]

describe('negotiate', () => {
  it.each([undefined, '', '*/*', 'text/html, */*;q=0.8', 'application/*'])(
    'answers %j in the first form offered',
    (header) => {
      expect(negotiate(header, offers)).toBe(JSON_TYPE)
    }
  )

  it.each([
    ['image/png', PNG],
    ['IMAGE/PNG; q=1', PNG],
    ['image/*', PNG],
    ['image/png, application/json', PNG],
    ['application/json;q=0.5, application/x-npy', NPY],
    ['*/*;q=0.1, application/x-npy;q=0.2', NPY],
    ['application/json;q=0, */*', NPY],
    ['application/*;q=0.3, */*;q=0.9', PNG]
  ])('weighs %j and answers %s', (header, expected) => {
    expect(negotiate(header, offers)).toBe(expected)
  })

  it.each(['text/html', 'image/webp', '*/*;q=0', 'application/json;q=0', 'image/png;q=nonsense', ',;/'])(
    'finds nothing to answer to %j',
    (header) => {
      expect(negotiate(header, offers)).toBeUndefined()
    }
  )
})
