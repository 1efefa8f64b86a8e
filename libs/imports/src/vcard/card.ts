import { cardReader } from './lex.ts'
import { fieldsOf, organisationOf, titleOf, type CardFields } from './rows.ts'

/** One card as a program has sent it. `others`: properties that nobody here has a field for, as they stood, unfolded. */
export type ReadCard = { version: string; uid: string; /** A list of other cards, and no one by itself. */ isGroup: boolean; hasTags: boolean; title: string; organisation: string; fields: CardFields; others: string[] }

/** What a field holds, or what has no meaning outside of the program that wrote it. The rest is kept. */
const OWN = new Set(['BEGIN', 'END', 'VERSION', 'PRODID', 'REV', 'FN', 'N', 'KIND', 'UID', 'TEL', 'EMAIL', 'URL', 'IMPP', 'ADR', 'LABEL', 'BDAY', 'NOTE', 'CATEGORIES', 'X-ABSHOWAS', 'X-CHANNEL', 'SOURCE', 'PROFILE', 'SORT-STRING'])
const LABELS = /^X-AB/

/** Reads one card, of version 3.0 or 4.0; `also` are properties that the record at hand has fields for. What cannot be read is told in words. */
export function readCard(text: string, also: readonly string[] = []): ReadCard | { problem: string } {
  const reader = cardReader()
  const cards = [...reader.add(text), ...reader.end()]
  const [card] = cards
  if (card === undefined || cards.length > 1) return { problem: card === undefined ? 'there is no card' : 'there is more than one card' }
  if (card.problem !== undefined) return { problem: card.problem }
  const version = card.properties.find(({ name }) => name === 'VERSION')?.value.trim() ?? ''
  const uid = card.properties.find(({ name }) => name === 'UID')?.value.trim() ?? ''
  return {
    version, uid, isGroup: card.properties.some(({ name, value }) => /^(KIND|X-ADDRESSBOOKSERVER-KIND)$/.test(name) && /^group$/i.test(value.trim())), hasTags: card.properties.some(({ name }) => name === 'CATEGORIES'), title: titleOf(card.properties), organisation: organisationOf(card.properties),
    fields: fieldsOf(card.properties, { withOthers: false }), others: othersIn(text, new Set([...OWN, ...also])),
  }
}

function othersIn(text: string, own: ReadonlySet<string>): string[] {
  const lines = text.replace(/^\ufeff/, '').replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
  const heads = lines.map((line) => /^(?:([\w-]+)\.)?([\w-]+)[;:]/.exec(line))
  const nameOf = (head: RegExpExecArray | null): string => head?.[2]?.toUpperCase() ?? ''
  // A label of a phone that is ours goes with the phone.
  const groups = new Set(heads.flatMap((head) => (head?.[1] !== undefined && own.has(nameOf(head)) ? [head[1].toUpperCase()] : [])))
  return lines.filter((_line, at) => {
    const head = heads[at] ?? null
    const name = nameOf(head)
    return name !== '' && !own.has(name) && !(LABELS.test(name) && head?.[1] !== undefined && groups.has(head[1].toUpperCase()))
  })
}
