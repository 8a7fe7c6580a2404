#!/usr/bin/env node
import { text } from 'node:stream/consumers'
import { GaussflowError } from '../error.ts'
import type { Io } from './command.ts'
import { runCommandLine } from './commandLine.ts'
import { reasonOf } from './failure.ts'

const io: Io = {
  readStdin: () => text(process.stdin),
  write: (content) =>
    new Promise((resolve, reject) => {
      process.stdout.write(content, (error) => {
        if (error && !isClosedPipe(error)) reject(unwritable(error))
        else resolve(!error)
      })
    }),
  report: (content) => void process.stderr.write(content),
  terminal: process.stderr.isTTY,
  onInterrupt(listener) {
    process.once('SIGINT', listener)
    process.once('SIGTERM', listener)
  }
}

// A reader that has seen enough, such as `head`, is no failure; what is written fails through its callback.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}

function unwritable(error: NodeJS.ErrnoException): GaussflowError {
  const message = `the standard output cannot be written (${reasonOf(error)}); what came out is not whole`
  return new GaussflowError('invalid_argument', message, { cause: error })
}

process.exitCode = await runCommandLine(process.argv.slice(2), io)
