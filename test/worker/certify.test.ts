import { describe, expect, it } from 'vitest'
import type { Statement } from '../../src/index.workerd.ts'
import { checkSamples } from '../../worker/limit.ts'
import { blobs, gaussian, post, problemOf } from './http.ts'

interface Certified {
  readonly model: string | null
  readonly other?: string | null
  readonly statements: readonly Statement[]
}

async function certified(body: object): Promise<Certified> {
  const response = await post('/v1/certify', body)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text) as Certified
}

const clusters = { schedule: 'linear', target: { ...blobs.target, stds: [0.5, 0.5] } }

/** The value of the first statement of a name. */
function valueOf({ statements }: Certified, id: string): Statement['value'] | undefined {
  return statements.find((statement) => statement.id === id)?.value
}

describe('POST /v1/certify', () => {
  it('proves how much the flow to two clusters stretches', async () => {
    const answer = await certified({ model: clusters, points: 3, samples: 4 })
    expect(answer.model).toBeNull()
    expect(answer).not.toHaveProperty('other')
    expect(valueOf(answer, 'flow-map-lipschitz')).toBeCloseTo(1490.479, 3)
    expect(valueOf(answer, 'velocity-gradient-upper')).toMatchObject({ t: [0, 0.5, 1] })
    for (const { kind, hypotheses, text } of answer.statements) {
      expect(['proved', 'computed', 'estimated']).toContain(kind)
      expect(text).toMatch(/\.$/)
      for (const { status } of hypotheses) expect(['checked', 'assumed']).toContain(status)
    }
  })

  it('compares with another flow', async () => {
    const answer = await certified({ model: clusters, other: blobs, samples: 4 })
    expect(answer.other).toBeNull()
    // 2 of the inverse flow map, times exp of the other's growth
    expect(valueOf(answer, 'translation-lipschitz')).toBeGreaterThan(1e9)
    const alone = await certified({ model: clusters, samples: 4 })
    expect(valueOf(alone, 'translation-lipschitz')).toBeUndefined()
  })

  it('takes what is assumed of the target, and refuses what the target contradicts', async () => {
    const answer = await certified({ model: clusters, assume: { kappa: -70 }, samples: 4 })
    expect(valueOf(answer, 'flow-map-lipschitz')).toBeCloseTo(1490.479, 3)
    expect(await problemOf(post('/v1/certify', { model: gaussian, assume: { kappa: 100 } }))).toMatchObject({
      status: 400,
      code: 'invalid_argument',
      path: 'assume.kappa'
    })
  })

  it.each([
    ['an unknown model', { model: 'letters' }, 404, 'unknown_model', 'model'],
    ['an unknown other', { model: gaussian, other: 'letters' }, 404, 'unknown_model', 'other'],
    [
      'an other that is no flow file of ours',
      { model: gaussian, other: { ...blobs, target: { ...blobs.target, stds: [1] } } },
      400,
      'shape_mismatch',
      'other.target.stds'
    ],
    ['another of other dimension', { model: gaussian, other: blobs }, 400, 'shape_mismatch', 'other'],
    ['one point', { model: gaussian, points: 1 }, 400, 'invalid_argument', 'points'],
    ['a field that is misspelt', { model: gaussian, sample: 8 }, 400, 'invalid_argument', 'sample'],
    ['no model', {}, 400, 'invalid_argument', 'model']
  ])('refuses %s', async (_, fields, status, code, path) => {
    expect(await problemOf(post('/v1/certify', fields))).toMatchObject({ status, code, path })
  })

  it('refuses more samples than fit, and says how many do', async () => {
    const problem = await problemOf(post('/v1/certify', { model: 'digits', samples: 4096 }))
    expect(problem).toMatchObject({ status: 422, code: 'over_limit', path: 'samples' })
    const most = Number(/at most (\d+)/.exec(problem.detail)?.[1])
    expect(most).toBeGreaterThanOrEqual(8) // what the page and everybody else gets who does not say
    expect(await problemOf(post('/v1/certify', { model: 'digits', samples: most + 1 }))).toMatchObject({
      code: 'over_limit'
    })
  })

  it('names the largest number of samples that it lets through', () => {
    const refusal = (samples: number): string | undefined => {
      try {
        checkSamples({ perRow: 12_345, shared: 678, opening: 0 }, samples, 4000)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    }
    const most = Number(/at most (\d+)/.exec(refusal(1e6) ?? '')?.[1])
    expect(refusal(most)).toBeUndefined()
    expect(refusal(most + 1)).toContain(`at most ${most} `)
  })

  it('answers nothing but JSON', async () => {
    const problem = await problemOf(post('/v1/certify', { model: gaussian }, { accept: 'image/png' }))
    expect(problem).toMatchObject({ status: 406, code: 'not_acceptable' })
  })

  it('says of the digits what their weights and some samples show', async () => {
    const answer = await certified({ model: 'digits', samples: 2, steps: 4, points: 2 })
    expect(answer.model).toBe('digits')
    expect(valueOf(answer, 'existence-uniqueness')).toBe(true)
    expect(valueOf(answer, 'flow-map-lipschitz')).toBeNull()
    expect(answer.statements.map(({ kind }) => kind)).toContain('computed')
  })
})
