import i18next from 'i18next'
import { ruleText } from '../api/error-text.ts'

type Refused = { column: string; rule: string; description: string; field?: string }

/** Where the words of lists that a file may bring have their names. */
const LISTS: Record<string, string> = { kind: 'words.partyKind', roles: 'words.role', decisionRole: 'words.decision', state: 'words.opportunityState' }

/** Words of the service as people read them, and as a file may have them; any other value stays as it is. */
export function wordsText(words: string, field: string): string {
  const list = LISTS[field.replace(/^person\./, '')]
  return list === undefined ? words : words.split(', ').map((word) => i18next.t(`${list}.${word}`, { defaultValue: word })).join(', ')
}

/** Why a row is refused, with the words that would do: the file has no list to choose from. */
export function reasonText(one: Refused): string {
  const words = one.rule === 'choice' ? /\bof (.+)$/.exec(one.description)?.[1] : undefined
  if (words !== undefined) return `${i18next.t('imports.oneOf')}: ${wordsText(words, one.field ?? '')}`
  const [, row, head] = (one.rule === 'columns' && /has (\d+) columns, the head has (\d+)/.exec(one.description)) || []
  return row === undefined ? ruleText(one) : i18next.t('imports.widthDiffers', { row, head })
}
