import type { Options } from './command.ts'

/** What to learn, and where it goes. */
const DATA: Options = {
  data: {
    value: 'PATH',
    description:
      'the rows to learn, .csv or .npy, pictures as rows of pixels from 0 to 1; or a\nfolder of .png files, or of one folder of them for each label'
  },
  out: { value: 'FOLDER', description: 'where the model goes, such as models/NAME' },
  columns: { value: 'A,B,...', description: 'the columns of a .csv to learn (default: all but the labels)' },
  labels: {
    value: 'COLUMN',
    description: 'the column of a .csv, or the .npy beside a .npy, with labels that the network is told'
  },
  image: { value: 'HxWxC', description: 'rows are pictures of this height, width and number of channels' },
  standardise: {
    value: 'KIND',
    description:
      'take out mean and deviation of columns (default), of all numbers, or none;\nsamples have them again (default for pictures: [0, 1] to [-1, 1])'
  },
  dequantise: {
    value: 'S,S,...',
    description:
      'the step to which values were rounded, one for all columns or one for each;\n0 for none (default)'
  },
  heldOut: { value: 'SHARE', description: 'the share of the rows to judge by, never learned (default 0.1)' }
}

const NETWORK: Options = {
  architecture: {
    value: 'KIND',
    description: 'mlp, residual-mlp (default), or of pictures mixer (default), patch-transformer or unet'
  },
  width: {
    value: 'N',
    description: 'the width of the hidden layers (default 128; of networks on patches 96, unet 32)'
  },
  depth: { value: 'N', description: 'how many layers or blocks (default 3; on patches 4, unet 1 a level)' },
  patch: { value: 'N', description: 'the side of the patches (default 4)' },
  schedule: { value: 'NAME', description: 'linear (default) or trigonometric' },
  prediction: { value: 'KIND', description: 'velocity (default) or denoiser (default on patches)' }
}

/** How long a run takes, and how it shows itself. */
const RUNNING: Options = {
  steps: { value: 'N', description: 'training steps (default 5000; with --minutes as many as fit)' },
  minutes: { value: 'X', description: 'the longest that training may take, all sittings together' },
  batch: { value: 'N', description: 'rows a step (default 64)' },
  learningRate: { value: 'X', description: 'the peak of the learning rate (default 0.002)' },
  learningRateSchedule: { value: 'NAME', description: 'cosine (default), linear or constant' },
  warmup: { value: 'N', description: 'steps up to the peak (default 200, at most a tenth of all)' },
  finalRate: { value: 'X', description: 'the share of the peak at the last step (default 0.02)' },
  weightDecay: { value: 'X', description: 'how fast matrices shrink (default 0.01)' },
  clip: { value: 'X', description: 'the largest norm of a gradient (default 1)' },
  ema: { value: 'X', description: 'the decay of the average of the weights (default 0.999)' },
  time: {
    value: 'KIND',
    description: 'how times are drawn: uniform or logit-normal (default for a denoiser)'
  },
  conditionDropout: { value: 'SHARE', description: 'the share of rows that are not told (default 0.1)' },
  patience: {
    value: 'N',
    description: 'stop after N points of the curve, 250 steps apart, without a new least'
  },
  seed: { value: 'N', description: 'the same seed repeats the run (default 0)' },
  name: { value: 'NAME', description: "the model's name (default: the last part of --out)" },
  description: { value: 'TEXT', description: 'what the model is, for its manifest' },
  licence: { value: 'TEXT', description: 'the licence of the model, for its manifest' },
  checkpoint: {
    value: 'FOLDER',
    description:
      'where the run is saved every minute, beside loss.svg (default .train/NAME); the\nsame command goes on from there after Ctrl-C or a kill'
  }
}

/** The flags of `reflow`. */
export const REFLOW: Options = {
  out: { value: 'FOLDER', description: 'where the new model goes, such as models/NAME' },
  pairs: { value: 'N', description: 'pairs of noise and sample to draw from the model (default 10000)' },
  heldOutPairs: { value: 'N', description: 'how many more to judge by (default 512)' },
  guidance: {
    value: 'W',
    description:
      'of a model with labels: the guidance of the pairs, which the new\nmodel has without (default 1)'
  },
  ...RUNNING
}

/** The flags of `train`. */
export const TRAINING: Options = {
  ...DATA,
  ...NETWORK,
  coupling: {
    value: 'KIND',
    description: 'how noise meets data: independent (default) or optimal-transport'
  },
  samples: { value: 'N', description: 'draw samples every N steps, beside the checkpoint' },
  ...RUNNING
}
