/** Keeps the scores of the validation images in the manifest of the digits, for `anomaly`: `node scripts/calibrateDigits.ts`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openFlow } from '../src/index.ts'
import type { Manifest } from '../src/schema/manifest.ts'
import { writeManifest } from '../src/train/index.ts'
import { loadDigits } from './digits.ts'

const folder = fileURLToPath(new URL('../models/digits', import.meta.url))
using flow = await openFlow(folder)
const calibration = await flow.calibrate(loadDigits().validation)
const manifest = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8')) as Manifest
writeManifest(folder, { ...manifest, calibration: { ...calibration } })
