import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { FlowFile } from '../../src/index.workerd.ts'

export const ORIGIN = 'https://flow.test'

/** Speaks HTTP to the worker of wrangler.toml. */
export function request(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(ORIGIN + path, init)
}

export function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return request(path, { headers })
}

/** Posts a value as JSON, or a text as it is. */
export function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  })
}

export function postBytes(
  path: string,
  type: string,
  body: Uint8Array,
  headers: Record<string, string> = {}
): Promise<Response> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: body as BodyInit
  })
}

export interface Rows {
  readonly model: string | null
  readonly shape: [number, number]
  readonly data: (number | null)[][]
  readonly nfe: number
  readonly solver: string
  readonly steps: number
  readonly status: string[]
  readonly seed: number
  readonly first: number
  readonly time: number
}

export async function rowsOf(response: Response | Promise<Response>): Promise<Rows> {
  const answer = await response
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return JSON.parse(text) as Rows
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly path?: string
  readonly instance: string
}

/** The problem document of a refusal, which must be a whole one. */
export async function problemOf(response: Response | Promise<Response>): Promise<Problem> {
  const answer = await response
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await answer.json()) as Problem
  expect(problem).toMatchObject({
    type: `urn:gaussflow:problem:${problem.code}`,
    title: expect.stringMatching(/\w/) as string,
    status: answer.status,
    detail: expect.stringMatching(/\w/) as string,
    instance: expect.stringMatching(/^\//) as string
  })
  return problem
}

/** N(2, 0.25) on the line: its samples and flows are known in closed form. */
export const gaussian: FlowFile = {
  schedule: 'linear',
  target: { kind: 'gaussian', mean: [2], covariance: [[0.25]] }
}

/** Two blobs in the plane, at (-2, 0) and (2, 0). */
export const blobs: FlowFile = {
  schedule: 'linear',
  target: {
    kind: 'mixture',
    weights: [0.5, 0.5],
    means: [
      [-2, 0],
      [2, 0]
    ],
    stds: [0.3, 0.3]
  }
}
