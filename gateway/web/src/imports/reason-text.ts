import { ruleText } from '../api/error-text.ts'

type Refused = { column: string; rule: string; description: string; field?: string }

/** Why a row is refused, with the words that would do: the file has no list to choose from. */
export function reasonText(one: Refused): string {
  const words = one.rule === 'choice' ? /\bof (.+)$/.exec(one.description)?.[1] : undefined
  return words === undefined ? ruleText(one) : `${ruleText(one)}: ${words}`
}
