import type { Machine } from './machine.ts'
import type { Row, Unit } from './measure.ts'

/** The rows of one question as a Markdown table. */
export function formatTable(title: string, rows: readonly Row[], unit: Unit): string {
  const format = FORMATS[unit]
  const lines = rows.map((row) => [
    row.case,
    row.batch === null ? '' : String(row.batch),
    row.peer,
    format(row.ours),
    format(row.theirs),
    `${row.ratio.toPrecision(3)}x`,
    row.spread === 0 ? '' : `${(row.spread * 100).toFixed(0)} %`,
    row.speed === undefined ? '' : row.speed.toFixed(1)
  ])
  const head = ['case', 'batch', 'peer', 'ours', 'theirs', 'theirs / ours', 'spread', 'our GFLOP/s']
  const used = head.map((_, column) => lines.some((line) => line[column] !== ''))
  const line = (cells: readonly string[]): string => `| ${cells.filter((_, i) => used[i]).join(' | ')} |`
  return [`## ${title}`, '', line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n')
}

export const formatMachine = ({ cpu, cores, node, revision, date }: Machine): string =>
  `${cpu}, ${cores} cores; Node ${node}; revision ${revision}; ${date}`

/** 0.123 ms to 123 ms, or bytes in KiB. */
const milliseconds = (value: number): string => `${value < 100 ? value.toPrecision(3) : value.toFixed(0)} ms`
const kibibytes = (value: number): string => `${(value / 1024).toFixed(1)} KiB`
const FORMATS: Readonly<Record<Unit, (value: number) => string>> = { milliseconds, bytes: kibibytes }
