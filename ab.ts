import { readFileSync } from 'node:fs'
import { opener } from './src/flow/open.ts'
import { nodePlatform } from './src/platform/node.ts'
import { networkModel } from './test/fixtures/determinism.ts'
import { randomRows } from './test/fixtures/numbers.ts'
const files = process.argv.slice(2)
const opens = await Promise.all(files.map(async f => { const module = await WebAssembly.compile(readFileSync(f)); return opener({ ...nodePlatform, core: async () => ({ module, kernel: 'plain' as const }) }) }))
const mlp = networkModel({ kind: 'mlp', dim: 64, hidden: [256,256], activation: 'silu' }, 1)
const small = networkModel({ kind: 'mlp', dim: 2, hidden: [64,64], activation: 'silu' }, 1)
const mixer = networkModel({ kind: 'mixer', image: [28,28,1], patch: 4, width: 96, depth: 4, tokenHidden: 98, channelHidden: 192, timeWidth: 64, activation: 'silu' }, 1)
const pt = networkModel({ kind: 'patch-transformer', image: [28,28,1], patch: 4, width: 96, depth: 4, heads: 3, hidden: 192, timeWidth: 64, activation: 'silu' }, 1)
const unet = networkModel({ kind: 'unet', image: [28,28,1], width: 32, multipliers: [1,2,2], blocks:1, groups: 8, timeWidth: 64, activation: 'silu' }, 1)
const mixture = { schedule: 'linear', target: { kind: 'mixture', weights: Array(10).fill(0.1), means: randomRows(1,10,16), stds: Array(10).fill(0.3) } }
const full = { schedule: 'linear', target: { kind: 'gaussian', mean: [0,0,0], covariance: [[1,.2,0],[.2,1,0],[0,0,1]] } }
const emp = { schedule: 'linear', target: { kind: 'empirical', points: randomRows(5, 500, 8), bandwidth: 0.3 } }
const cases: [string, any, (f: any) => void][] = [
 ['mlp 256 rows euler 20', mlp, f => f.sample({ count: 256, solver: 'euler', steps: 20 })],
 ['mlp 1 row euler 50', mlp, f => f.sample({ count: 1, solver: 'euler', steps: 50 })],
 ['small mlp 1 row', small, f => f.sample({ count: 1, solver: 'euler', steps: 50 })],
 ['small mlp dopri5', small, f => f.sample({ count: 100, solver: 'dopri5', rtol: 1e-5, atol: 1e-5 })],
 ['mixer 4', mixer, f => f.sample({ count: 4, solver: 'euler', steps: 5 })],
 ['transformer 4', pt, f => f.sample({ count: 4, solver: 'euler', steps: 5 })],
 ['unet 1', unet, f => f.sample({ count: 1, solver: 'euler', steps: 2 })],
 ['mixer jvp', mixer, f => f.velocity(randomRows(3,1,784), { time: .3, divergence: true, probes: 4 })],
 ['mixture', mixture, f => f.sample({ count: 256, solver: 'heun', steps: 10 })],
 ['mixture 1', mixture, f => f.sample({ count: 1, solver: 'heun', steps: 50 })],
 ['gaussian 2d', full, f => f.sample({ count: 256, solver: 'heun', steps: 20 })],
 ['empirical', emp, f => f.sample({ count: 64, solver: 'heun', steps: 5 })],
]
for (const [name, source, run] of cases.filter(([n]) => /mixture|gauss|emp|small|mixer/.test(n))) {
  const flows = await Promise.all(opens.map(o => o(source)))
  for (const f of flows) for (let i=0;i<5;i++) run(f)
  const times = flows.map(() => [] as number[])
  for (let r=0;r<80;r++) flows.forEach((f,i) => { const t=performance.now(); run(f); times[i].push(performance.now()-t) })
  const med = times.map(t => Math.min(...t))
  console.log(name.padEnd(24), med.map(m=>m.toFixed(3)).join('  '), (med[0]/med.at(-1)!).toFixed(3))
}
