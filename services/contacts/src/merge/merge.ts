import { invalid } from '@vitrylo/errors'
import { ChannelConsent, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { MergeChoice, MergeField } from '@vitrylo/proto/vitrylo/contacts/v1/merge.ts'
import { fieldsOf, isEmpty, isSame, valueAt, withValues, type Field } from './fields.ts'

export type Take = 'survivor' | 'merged' | 'both'
type Proposal = { take: Take; rule: Rule }
type Rule = 'only-value' | 'lists-add-up' | 'one-says-yes' | 'says-more' | 'changed-last' | 'stays'

/** Who answers for it and where it belongs is no question of the better value. */
const STAYS: ReadonlySet<string> = new Set(['kind', 'responsibleId', 'branchId'])
/** Texts that people write on and on: both are worth keeping. */
const ADDS_UP: ReadonlySet<string> = new Set(['note'])

const by = (take: Take, rule: Proposal['rule']): Proposal => ({ take, rule })

/** Which value of a field in which the two differ is the better one. The order of the rules is their weight. */
function propose({ name, shape }: Field, survivor: Counterparty, merged: Counterparty): Proposal {
  const [own, other] = [valueAt(survivor, name), valueAt(merged, name)]
  if (isEmpty(other)) return by('survivor', 'only-value')
  if (STAYS.has(name) && !isEmpty(own)) return by('survivor', 'stays')
  if (isEmpty(own)) return by('merged', shape === 'flag' ? 'one-says-yes' : 'only-value')
  if (shape === 'list' || ADDS_UP.has(name)) return by('both', 'lists-add-up')
  if (typeof own === 'string' && typeof other === 'string') {
    if (says(own, other)) return by('survivor', 'says-more')
    if (says(other, own)) return by('merged', 'says-more')
  }
  const later = (survivor.updateTime?.getTime() ?? 0) >= (merged.updateTime?.getTime() ?? 0)
  return by(later ? 'survivor' : 'merged', 'changed-last')
}

const says = (more: string, less: string): boolean => more.length > less.length && more.toLowerCase().includes(less.toLowerCase())

const choicesOf = ({ name, shape }: Field): Take[] => (shape === 'list' || ADDS_UP.has(name) ? ['survivor', 'merged', 'both'] : ['survivor', 'merged'])

/** What is proposed for each field in which they differ. */
export const proposals = (survivor: Counterparty, merged: Counterparty): MergeField[] =>
  fieldsOf(survivor, merged)
    .filter(({ name }) => !isSame(survivor, merged, name))
    .map((field) => ({ field: field.name, ...propose(field, survivor, merged), choices: choicesOf(field) }))

/** The survivor as it comes out: as proposed, or as chosen. */
export function mergeFields(survivor: Counterparty, merged: Counterparty, choices: readonly MergeChoice[]): { next: Counterparty; changed: string[] } {
  const fields = proposals(survivor, merged)
  const wrong = choices.flatMap(({ field, take }, index) => {
    const known = fieldsOf(survivor, merged).find(({ name }) => name === field)
    if (known === undefined) return [{ field: `choices[${index}].field`, rule: 'choice', description: `there is no field ${field} to choose` }]
    if ((choicesOf(known) as string[]).includes(take)) return []
    return [{ field: `choices[${index}].take`, rule: 'choice', description: `must be one of ${choicesOf(known).join(', ')}` }]
  })
  if (wrong.length > 0) throw invalid(wrong)
  const chosen = new Map(choices.map(({ field, take }) => [field, take]))
  const taken = fields.map(({ field, take }): [string, unknown] => [field, valueOf((chosen.get(field) ?? take) as Take, valueAt(survivor, field), valueAt(merged, field))])
  const next = withValues(survivor, new Map(taken))
  return { next, changed: fields.map(({ field }) => field).filter((field) => !isSame(next, survivor, field)) }
}

function valueOf(take: Take, own: unknown, other: unknown): unknown {
  if (take === 'survivor') return own
  if (take === 'merged' || own === undefined) return other
  if (other === undefined) return own
  if (Array.isArray(own) && Array.isArray(other)) return together(own, other)
  return [own, other].filter((text) => text !== '').join('\n\n')
}

type Item = { kind?: unknown; primary?: boolean; e164?: string; value?: string; iban?: string; purpose?: string; consent?: string; blocked?: boolean }

/** Items of both, each once; what is the primary one of its kind stays so, and a refusal that either holds. */
export function together<T>(own: readonly T[], other: readonly T[]): T[] {
  const seen = new Set(own.map(identity))
  const same = new Map(other.map((item) => [identity(item), item]))
  const primaries = new Set(own.flatMap((item) => ((item as Item).primary === true ? [(item as Item).kind] : [])))
  const added = other.filter((item) => !seen.has(identity(item))).map((item) =>
    (item as Item | null)?.primary === true && primaries.has((item as Item).kind) ? { ...(item as Item), primary: false } as T : item,
  )
  return [...own.map((item) => refused(item, same.get(identity(item))) as T), ...added]
}

/** Who does not want to be called on a number said so once, on whichever record. */
function refused(own: unknown, other: unknown): unknown {
  if ((own as Item | null)?.value === undefined || other === undefined) return own
  const [one, two] = [own as Item, other as Item]
  const consents = [one.consent, two.consent]
  const consent = [ChannelConsent.WITHDRAWN, ChannelConsent.GIVEN].find((each) => consents.includes(each)) ?? one.consent
  return { ...one, consent, blocked: one.blocked === true || two.blocked === true }
}

/**
 * A phone is the same whatever its label, an account whatever its bank, and a matter has one caretaker; other items are the
 * same when all of them is.
 */
function identity(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item).toLowerCase()
  const { kind, e164, value, iban, purpose } = item as Item
  if (iban !== undefined || purpose !== undefined) return (iban ?? purpose)!.toLowerCase()
  return value === undefined ? JSON.stringify(item).toLowerCase() : `${String(kind)} ${(e164 || value).toLowerCase()}`
}
