import { AppError, invalid } from '@vitrylo/errors'
import { violationsOfCondition } from '@vitrylo/lists'
import type { Tx } from '@vitrylo/pg'
import type { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { applyMask, newId } from '@vitrylo/service'
import { assertGoodField, conditionFacts } from './check-custom-field.ts'
import { fieldsOfResource, getCustomField, holdResource, insertCustomField, lockCustomField, touchFieldsOf, updateCustomField } from './custom-field-sql.ts'
import { getCustomSection, insertCustomSection, lockCustomSection, updateCustomSection } from './custom-section-sql.ts'

const FIELD = ['label', 'options', 'required', 'unique', 'defaultValue', 'visibleWhen', 'sectionId', 'position', 'filterable', 'archived', 'sensitive'] as const
const SECTION = ['label', 'position', 'visibleWhen', 'archived'] as const

export async function createField(tx: Tx, given: CustomField, now: Date): Promise<CustomField> {
  await holdResource(tx, given.resource)
  const field = { ...given, id: newId(), visibleWhen: given.visibleWhen.trim() }
  const others = await fieldsOfResource(tx, field.resource)
  assertGoodField(field, { others, section: await sectionOf(tx, field) })
  return insertCustomField(tx, field, now)
}

export async function changeField(tx: Tx, given: CustomField, mask: readonly string[] | undefined, now: Date): Promise<CustomField> {
  // Before the row: a pack that is installed holds them in this order, and two conditions may not name each other's field at once.
  await holdResource(tx, (await getCustomField(tx, given.id)).resource)
  const current = await lockCustomField(tx, given.id, given.etag)
  const { next, changed } = applyMask(current, { ...given, visibleWhen: given.visibleWhen.trim() }, mask, FIELD)
  // Saving one whose index could not be made tries again.
  if (changed.length === 0 && current.indexProblem === '') return current
  const others = (await fieldsOfResource(tx, current.resource)).filter(({ id }) => id !== current.id)
  if (changed.includes('archived') && next.archived) assertNotNamed(current, others)
  assertGoodField(next, { others, section: await sectionOf(tx, next), before: current })
  return updateCustomField(tx, next, now)
}

const sectionOf = async (tx: Tx, { sectionId }: CustomField): Promise<CustomSection | undefined> => {
  if (sectionId === undefined) return undefined
  return getCustomSection(tx, sectionId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
    throw error
  })
}

/** A condition on a field that nobody can fill in any more would hide its own for good. */
function assertNotNamed({ name }: CustomField, others: readonly CustomField[]): void {
  const by = others.find(({ archived, visibleWhen }) => !archived && new RegExp(`\\bcustom\\.${name}\\b`).test(visibleWhen))
  if (by === undefined) return
  throw new AppError('FAILED_PRECONDITION', 'IN_USE', `${by.name} is shown by a condition on it; change that first`, { name: by.name })
}

export async function createSection(tx: Tx, given: CustomSection, now: Date): Promise<CustomSection> {
  await holdResource(tx, given.resource)
  const section = { ...given, id: newId(), visibleWhen: given.visibleWhen.trim() }
  await assertGoodSection(tx, section)
  return insertCustomSection(tx, section, now)
}

export async function changeSection(tx: Tx, given: CustomSection, mask: readonly string[] | undefined, now: Date): Promise<CustomSection> {
  await holdResource(tx, (await getCustomSection(tx, given.id)).resource)
  const current = await lockCustomSection(tx, given.id, given.etag)
  const { next, changed } = applyMask(current, { ...given, visibleWhen: given.visibleWhen.trim() }, mask, SECTION)
  if (changed.length === 0) return current
  await assertGoodSection(tx, next)
  const saved = await updateCustomSection(tx, next, now)
  if (changed.includes('visibleWhen') || changed.includes('archived')) await touchFieldsOf(tx, saved.id, now)
  return saved
}

async function assertGoodSection(tx: Tx, { resource, visibleWhen }: CustomSection): Promise<void> {
  const wrong = violationsOfCondition({ resource, condition: visibleWhen }, conditionFacts(await fieldsOfResource(tx, resource)))
  if (wrong.length > 0) throw invalid(wrong)
}
