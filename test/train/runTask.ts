// Trains the task in a process of its own, saving after every step; argument: the folder for the checkpoint.
import { train } from '../../src/train/train.ts'
import { TASK } from './task.ts'

await train({
  ...TASK,
  checkpoint: { folder: process.argv[2], everySeconds: 0 },
  onProgress: ({ step }) => console.log(step)
})
