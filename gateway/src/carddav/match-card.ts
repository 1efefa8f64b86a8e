import { Precondition } from './answer.ts'
import { CARD, childOf, is, type Element } from './xml.ts'

type TextMatch = { text: string; type: string; negated: boolean; fold: (text: string) => string }
type ParamMatch = { name: string; absent: boolean; text: TextMatch | undefined }
type PropMatch = { name: string; absent: boolean; every: boolean; texts: TextMatch[]; params: ParamMatch[] }

/** A question of addressbook-query (RFC 6352, 10.5). */
export type CardQuery = { every: boolean; properties: PropMatch[] }

const FOLDS: Readonly<Record<string, (text: string) => string>> = {
  'i;octet': (text) => text,
  'i;ascii-casemap': (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  'i;unicode-casemap': (text) => text.normalize('NFKC').toLowerCase(),
}
const MOST_CONDITIONS = 50

export function readQuery(filter: Element | undefined): CardQuery {
  const properties = filter?.children.filter((child) => is(child, CARD, 'prop-filter')) ?? []
  if (properties.length > MOST_CONDITIONS) throw new Precondition(403, 'card:supported-filter')
  return { every: isEvery(filter), properties: properties.map(readProperty) }
}

const isEvery = (element: Element | undefined): boolean => element?.attributes.test === 'allof'
const many = (element: Element, name: string): Element[] => element.children.filter((child) => is(child, CARD, name)).slice(0, MOST_CONDITIONS)
const isAbsent = (element: Element): boolean => childOf(element, CARD, 'is-not-defined') !== undefined

const readProperty = (element: Element): PropMatch => ({
  name: (element.attributes.name ?? '').toUpperCase(), absent: isAbsent(element), every: isEvery(element),
  texts: many(element, 'text-match').map(readText),
  params: many(element, 'param-filter').map((param) => ({ name: (param.attributes.name ?? '').toUpperCase(), absent: isAbsent(param), text: many(param, 'text-match').map(readText)[0] })),
})

function readText({ attributes, text }: Element): TextMatch {
  const { collation = 'i;unicode-casemap', 'match-type': type = 'contains', 'negate-condition': negated = 'no' } = attributes
  const fold = Object.hasOwn(FOLDS, collation) ? FOLDS[collation] : undefined
  if (fold === undefined) throw new Precondition(403, 'card:supported-collation')
  if (!['equals', 'contains', 'starts-with', 'ends-with'].includes(type)) throw new Precondition(403, 'card:supported-filter')
  return { text: fold(text), type, negated: negated === 'yes', fold }
}

type Line = { name: string; params: string[]; value: string; text: string }

/** Whether a card answers the question; one without conditions is answered by every card. */
export function matches({ every, properties }: CardQuery, card: string): boolean {
  if (properties.length === 0) return true
  const lines = linesOf(card)
  const met = (property: PropMatch): boolean => meets(property, lines.filter(({ name }) => name === property.name))
  return every ? properties.every(met) : properties.some(met)
}

function meets({ absent, every, texts, params }: PropMatch, lines: readonly Line[]): boolean {
  if (absent) return lines.length === 0
  if (lines.length === 0) return false
  const tests = [
    ...texts.map((text) => lines.some(({ value }) => holds(text, value))),
    ...params.map(({ name, absent: isNot, text }) => {
      const values = lines.flatMap((line) => line.params.filter((param) => param.toUpperCase().startsWith(`${name}=`)).map((param) => param.slice(name.length + 1).replaceAll('"', '')))
      if (isNot) return values.length === 0
      return text === undefined ? values.length > 0 : values.some((value) => holds(text, value))
    }),
  ]
  if (tests.length === 0) return true
  return every ? tests.every(Boolean) : tests.some(Boolean)
}

function holds({ text, type, negated, fold }: TextMatch, value: string): boolean {
  const folded = fold(value)
  const found = type === 'equals' ? folded === text : type === 'starts-with' ? folded.startsWith(text) : type === 'ends-with' ? folded.endsWith(text) : folded.includes(text)
  return found !== negated
}

/** Our own cards: what stands in them is written by us, or was read by us before. */
function linesOf(card: string): Line[] {
  return card.replace(/\r?\n[ \t]/g, '').split(/\r?\n/).flatMap((text): Line[] => {
    const head = /^(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):/.exec(text)
    if (head === null) return []
    const value = text.slice(head[0].length).replace(/\\(.)/g, (_all, letter: string) => (/n/i.test(letter) ? '\n' : letter))
    return [{ name: head[1]!.toUpperCase(), params: head[2]!.split(';').slice(1), value, text }]
  })
}

/** A card with no more than the properties that were asked for; all without a question. */
export function onlyProperties(card: string, only: readonly string[]): string {
  if (only.length === 0 || card === '') return card
  const kept = new Set([...only, 'BEGIN', 'END', 'VERSION', 'FN', 'N', 'UID'])
  const lines = card.split(/\r\n(?![ \t])/).filter((line) => kept.has(/^(?:[\w-]+\.)?([\w-]+)/.exec(line)?.[1]?.toUpperCase() ?? ''))
  return `${lines.join('\r\n')}\r\n`
}
