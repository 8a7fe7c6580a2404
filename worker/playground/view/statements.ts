import { stands, type Hypothesis, type Statement } from '../../../src/index.web.ts'
import { counted, figure } from '../words.ts'
import { element } from './element.ts'

/** The statements of a certificate; what each rests on unfolds, and stays unfolded when the statements change. */
export function statementsView(list: HTMLElement): { show(statements: readonly Statement[]): void } {
  return {
    show(statements) {
      const open = new Set([...list.querySelectorAll('[open]')].map((one) => one.closest('li')?.dataset.key))
      const seen = new Map<string, number>()
      list.replaceChildren(
        ...statements.map((statement) => {
          const nth = seen.get(statement.id) ?? 0 // one name may stand for all of the way, and for a part of it
          seen.set(statement.id, nth + 1)
          const key = `${statement.id} ${nth}`
          return itemOf(statement, key, open.has(key))
        })
      )
    }
  }
}

function itemOf(statement: Statement, key: string, open: boolean): HTMLElement {
  const { id, text, value } = statement
  const item = element(
    'li',
    'statement',
    element(
      'div',
      'statement-head',
      badgeOf(statement),
      element('code', '', id),
      element('span', 'statement-value', valueOf(value))
    ),
    element('p', 'statement-text', text),
    ...restingOn(statement, open)
  )
  item.dataset.key = key
  item.dataset.id = id
  return item
}

/** A statement that does not stand says why there is nothing to say: nothing is proved by it. */
function badgeOf(statement: Statement): HTMLElement {
  const { kind } = statement
  return stands(statement)
    ? element('span', `badge ${kind}`, kind)
    : element('span', 'badge none', `not ${kind}`)
}

function valueOf(value: Statement['value']): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return figure(value)
  const known = value.value.filter((one) => one !== null)
  return `${figure(Math.min(...known))} to ${figure(Math.max(...known))}`
}

function restingOn({ hypotheses, source }: Statement, open: boolean): HTMLElement[] {
  if (hypotheses.length === 0 && source === '') return []
  const items = hypotheses.map(({ status, text }) =>
    element('li', '', element('span', `hypothesis ${status}`, status), ` ${text}`)
  )
  const details = element('details', 'resting', element('summary', '', summaryOf(hypotheses)))
  if (items.length > 0) details.append(element('ul', '', ...items))
  if (source !== '') details.append(element('p', '', element('span', 'hypothesis', 'source'), ` ${source}`))
  details.open = open
  return [details]
}

function summaryOf(hypotheses: readonly Hypothesis[]): string {
  if (hypotheses.length === 0) return 'Where it is from'
  const assumed = hypotheses.filter(({ status }) => status === 'assumed').length
  const standing =
    assumed === 0 ? 'checked' : assumed === hypotheses.length ? 'assumed' : `${assumed} assumed`
  return `Rests on ${counted(hypotheses.length, 'hypothesis', 'hypotheses')}, ${standing}`
}
