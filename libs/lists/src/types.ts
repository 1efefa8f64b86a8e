import type { Operator } from './syntax.ts'

/** What a field of a filter is compared as. `array`: a column of several words, any of which may be meant. */
export type FieldType = 'text' | 'word' | 'uuid' | 'time' | 'date' | 'number' | 'money' | 'boolean' | 'array'

/** What one may know of a field without its table. */
export type FieldFacts = {
  type: FieldType
  /** The words of a `word` or `array` field; another one is refused. */
  words?: readonly string[]
  /** May be absent: `= null` asks for that. Texts and arrays are absent when they are empty. */
  nullable?: boolean
  /** What an id names: `employees`, `branches`, `counterparties`. `me` stands for the asker among employees. */
  reference?: string
  /** Why no filter may name it now: an administrator archived it, or did not set it up for filters. */
  closed?: string
}

const EQUAL: readonly Operator[] = ['=', '!=']
const ORDERED: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=']
const HOLDS: readonly Operator[] = ['=', '!=', ':']

/** Which comparisons a type knows; `:*` (is there at all) goes with every field that may be absent. */
export const OPERATORS_OF: Record<FieldType, readonly Operator[]> = {
  text: HOLDS, word: EQUAL, uuid: EQUAL, boolean: EQUAL, time: ORDERED, date: ORDERED, number: ORDERED, money: ORDERED, array: HOLDS,
}

export const mayBeAbsent = ({ type, nullable }: FieldFacts): boolean => nullable === true || type === 'text' || type === 'array'

const PLAIN: ReadonlySet<FieldType> = new Set<FieldType>(['word', 'boolean', 'text', 'number', 'uuid', 'array'])
/** Of the list only: the record has them elsewhere. */
const NOT_IN_RECORD = new Set(['contact-persons counterpartyId'])

/** Fields of a list whose value one sees in the record itself: conditions on these (`isMet`) can be judged without the list. */
export const isInRecord = (resource: string, name: string, { type }: FieldFacts): boolean => PLAIN.has(type) && !NOT_IN_RECORD.has(`${resource} ${name}`)
