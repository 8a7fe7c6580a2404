import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { gaussflow } from './io.ts'

describe.each(Object.entries(commands))('gaussflow %s --help', (name, { summary, usage, options }) => {
  it('explains the command and every flag of it, and runs nothing', async () => {
    const { status, stdout, stderr } = await gaussflow(`${name} nope --help`)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${summary}.\n\nUsage: gaussflow ${name} ${usage}\n`)
    for (const [flag, { description }] of Object.entries(options)) {
      expect(stdout).toMatch(new RegExp(`^  --${flag}[ \n]`, 'm'))
      expect(stdout).toContain(description.split('\n')[0])
    }
  })

  it('is what gaussflow help prints too', async () => {
    const { stdout } = await gaussflow(`${name} --help`)
    expect(await gaussflow(`help ${name}`)).toMatchObject({ status: 0, stdout })
    expect(await gaussflow(`${name} -h`)).toMatchObject({ status: 0, stdout })
  })

  it('fits on a terminal of 120 columns', async () => {
    const { stdout } = await gaussflow(`${name} --help`)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })
})

it('the overview names every command with its summary', async () => {
  const { status, stdout, stderr } = await gaussflow('--help')
  expect([status, stderr]).toEqual([0, ''])
  for (const [name, { summary }] of Object.entries(commands))
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
})
