import { GaussflowError } from '../error.ts'
import { errorOf } from './answer.ts'
import type { Message, Piece, PieceResult } from './protocol.ts'

/** A thread as this side sees it. */
export interface Thread {
  readonly post: (piece: Piece) => void
  readonly stop: () => void
}
/** Starts a thread; what it says, and how it dies unasked, go to the functions. */
export type Spawn = (hear: (message: Message) => void, die: (reason: string) => void) => Thread

/** A piece that waits or runs, and who wants to know. */
interface Task {
  readonly piece: Piece
  readonly call: symbol
  readonly onShare: (share: number) => void
  readonly resolve: (result: PieceResult) => void
  readonly reject: (error: Error) => void
}

/** Threads that take the next piece as soon as each is free. */
export class Team {
  readonly #spawn: Spawn
  readonly #members: Member[] = []
  readonly #waiting: Task[] = []

  constructor(spawn: Spawn, size: number) {
    this.#spawn = spawn
    for (let i = 0; i < size; i++) this.#members.push(new Member(spawn, () => this.#deal()))
  }

  run(piece: Piece, call: symbol, onShare: (share: number) => void): Promise<PieceResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ piece, call, onShare, resolve, reject })
      this.#deal()
    })
  }

  /** Drops what waits of a call, and the threads that run it: nothing else stops a thread within its work. */
  abandon(call: symbol): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--)
      if (this.#waiting[i].call === call) this.#waiting.splice(i, 1)
    for (const [i, member] of this.#members.entries()) {
      if (member.task?.call !== call) continue
      member.stop()
      this.#members[i] = new Member(this.#spawn, () => this.#deal())
    }
    this.#deal()
  }

  /** Stops all threads; what waits or runs is refused as `closed`. */
  close(): void {
    const closed = new GaussflowError('closed', 'the pool must be open, and was closed; open it again')
    for (const { reject } of this.#waiting.splice(0)) reject(closed)
    for (const member of this.#members.splice(0)) {
      member.task?.reject(closed)
      member.stop()
    }
  }

  #deal(): void {
    for (const member of this.#members) {
      const task = member.free ? this.#waiting.shift() : undefined
      if (task !== undefined) member.take(task)
    }
  }
}

/** One thread and what it is at. */
class Member {
  task: Task | undefined
  readonly #thread: Thread
  readonly #onFree: () => void
  #ready = false
  #broken: Error | undefined

  constructor(spawn: Spawn, onFree: () => void) {
    this.#onFree = onFree
    this.#thread = spawn(
      (message) => this.#hear(message),
      (reason) => this.#fail(new GaussflowError('unsupported', `a thread of the pool stopped: ${reason}`))
    )
  }

  get free(): boolean {
    return (this.#ready || this.#broken !== undefined) && this.task === undefined
  }

  take(task: Task): void {
    this.task = task
    if (this.#broken !== undefined) {
      this.#fail(this.#broken)
      return
    }
    try {
      this.#thread.post(task.piece)
    } catch (error) {
      // What cannot be sent to a thread is the fault of its call, and not of the one whose end made room for it.
      this.task = undefined
      task.reject(error as Error)
    }
  }

  stop(): void {
    this.task = undefined
    this.#thread.stop()
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = true
        this.#onFree()
        return
      case 'progress':
        this.task?.onShare(message.share)
        return
      case 'done':
        this.#end()?.resolve(message.result)
        this.#onFree()
        return
      case 'failed': {
        const error = errorOf(message)
        if (this.#ready) this.#end()?.reject(error)
        else this.#broken = error
        this.#onFree()
      }
    }
  }

  #fail(error: Error): void {
    this.#broken = error
    this.#end()?.reject(error)
    this.#onFree()
  }

  #end(): Task | undefined {
    const { task } = this
    this.task = undefined
    return task
  }
}
