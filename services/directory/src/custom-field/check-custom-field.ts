import { customFieldOf } from '@vitrylo/auth'
import { factsOfField, readValue } from '@vitrylo/custom'
import { invalid, type Violation } from '@vitrylo/errors'
import { violationsOfCondition } from '@vitrylo/lists'
import { CustomFieldKind as Kind, type CustomField, type CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'

// Each one is a column of forms and may be one of exports; each that is filtered by costs every save one or two indexes.
const FIELDS_MOST = 200
const INDEXED_MOST = 40

type Around = {
  /** The other fields of the resource. */
  others: readonly CustomField[]
  /** The section that the field names. */
  section: CustomSection | undefined
  /** As it was before a change. */
  before?: CustomField
}

const CHOICES: readonly string[] = [Kind.CHOICE, Kind.CHOICES]
const UNIQUE: readonly string[] = [Kind.TEXT, Kind.NUMBER]
/** Each record has its own. */
const ALONE: readonly string[] = [Kind.LINK, Kind.FILE]

/** Refuses a definition that makes no sense, all of it in one answer. */
export function assertGoodField(field: CustomField, around: Around): void {
  const wrong = [...shapeViolations(field), ...optionViolations(field, around.before), ...placeViolations(field, around), ...conditionViolations(field, around.others)]
  if (wrong.length === 0) wrong.push(...defaultViolations(field))
  if (wrong.length > 0) throw invalid(wrong)
}

function shapeViolations({ kind, unique, searchable, resource, linkTo }: CustomField): Violation[] {
  const wrong: Violation[] = []
  if (unique && !UNIQUE.includes(kind)) wrong.push({ field: 'unique', rule: 'choice', description: 'is possible for texts and numbers only' })
  if (searchable && (kind !== Kind.TEXT || resource !== 'counterparties')) {
    wrong.push({ field: 'searchable', rule: 'choice', description: 'is possible for texts of counterparties only' })
  }
  if ((linkTo !== '') !== (kind === Kind.LINK)) {
    wrong.push({ field: 'linkTo', rule: linkTo === '' ? 'required' : 'choice', description: 'goes with links and with nothing else' })
  }
  return wrong
}

function optionViolations({ kind, options }: CustomField, before: CustomField | undefined): Violation[] {
  if (!CHOICES.includes(kind)) return options.length === 0 ? [] : [{ field: 'options', rule: 'choice', description: 'go with choices only' }]
  if (options.length === 0) return [{ field: 'options', rule: 'required', description: 'must name what can be chosen' }]
  const words = options.map(({ word }) => word)
  const gone = before?.options.find(({ word }) => !words.includes(word))
  if (gone !== undefined) return [{ field: 'options', rule: 'choice', description: `${gone.word} stands in records; archive it instead` }]
  return words.flatMap((word, index) =>
    words.indexOf(word) < index ? [{ field: `options[${index}].word`, rule: 'unique', description: 'is named twice' }] : [],
  )
}

function placeViolations(field: CustomField, { others, section }: Around): Violation[] {
  const wrong: Violation[] = []
  if (field.sectionId !== undefined && section?.resource !== field.resource) {
    wrong.push({ field: 'sectionId', rule: 'reference', description: `no such section of ${field.resource}` })
  }
  if (others.length >= FIELDS_MOST) wrong.push({ field: 'resource', rule: 'length', description: `has ${FIELDS_MOST} custom fields already` })
  const indexed = ({ archived, filterable, unique }: CustomField): boolean => !archived && (filterable || unique)
  if (indexed(field) && others.filter(indexed).length >= INDEXED_MOST) {
    wrong.push({ field: 'filterable', rule: 'length', description: `${INDEXED_MOST} fields of ${field.resource} are filtered by or unique already` })
  }
  return wrong
}

/** A field cannot hide itself; the others are named as they are now. */
function conditionViolations({ resource, visibleWhen }: CustomField, others: readonly CustomField[]): Violation[] {
  return violationsOfCondition({ resource, condition: visibleWhen }, conditionFacts(others))
}

export const conditionFacts = (fields: readonly CustomField[]) =>
  Object.fromEntries(fields.map((field) => [`custom.${field.name}`, factsOfField(customFieldOf(field, ''), 'condition')]))

function defaultViolations(field: CustomField): Violation[] {
  if (field.defaultValue === undefined || field.defaultValue === null) return []
  if (field.unique || ALONE.includes(field.kind)) return [{ field: 'defaultValue', rule: 'choice', description: 'is impossible for what is unique, for links and for files' }]
  const read = readValue(customFieldOf(field, ''), field.defaultValue)
  return read === null || 'wrong' in read ? [{ field: 'defaultValue', rule: read?.rule ?? 'required', description: read?.wrong ?? 'must not be empty' }] : []
}
