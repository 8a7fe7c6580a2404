import { expect, it } from 'vitest'
import type { Message, Piece, PieceResult } from '../../src/pool/protocol.ts'
import { Team } from '../../src/pool/team.ts'

const piece = (options: object): Piece => ({ method: 'sample', input: undefined, options })
const result = { nfe: 1 } as PieceResult

it('a piece that cannot be sent is refused, and the next one is answered', async () => {
  let hear: (message: Message) => void = () => undefined
  const spawn = (listener: typeof hear) => {
    hear = listener
    const post = ({ options }: Piece): void => {
      structuredClone(options)
      queueMicrotask(() => {
        listener({ kind: 'done', result })
      })
    }
    return { post, stop: () => undefined }
  }
  const team = new Team(spawn, 1)
  const call = Symbol('call')
  const unsent = team.run(piece({ seed: () => 1 }), call, () => undefined)
  hear({ kind: 'ready' })
  await expect(unsent).rejects.toThrow('could not be cloned')
  team.abandon(call)
  const next = team.run(piece({ seed: 1 }), Symbol('next'), () => undefined)
  hear({ kind: 'ready' })
  expect(await next).toBe(result)
})
