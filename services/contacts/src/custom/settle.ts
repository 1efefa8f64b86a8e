import { scopeOf, type Caller, type RightsData, type RightsStore } from '@vitrylo/auth'
import { fieldsOf, settleAmong, settleRecord, type CustomValues } from '@vitrylo/custom'
import { newFiles } from '@vitrylo/files'
import { many, sql, type Db } from '@vitrylo/pg'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { CounterpartyKind, CounterpartyRole, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { wordOf } from '@vitrylo/proto/words.ts'

type By = { rights: RightsStore; db: Db; caller: Caller }

const seenBy = ({ db, caller }: Pick<By, 'db' | 'caller'>) => async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const scope = scopeOf(caller, 'counterparties', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id`, record: sql`c.id` })
  const rows = await many<{ id: string }>(db, sql`select c.id from counterparty c where c.id = any(${ids}::uuid[]) and c.deleted_at is null and ${scope}`)
  return new Set(rows.map(({ id }) => id))
}

/** Custom values as they are kept; `before` are those of the record, absent for a new one. */
export function settleCounterparty(by: By, record: Counterparty, before?: CustomValues) {
  return settleRecord(by.rights, { resource: 'counterparties', record, words: inWords(record), before, caller: by.caller, seen: seenBy(by), files: newFiles(by.db, by.caller, 'counterparties') })
}

const inWords = (record: Counterparty) => ({ ...record, kind: wordOf(CounterpartyKind, record.kind), roles: record.roles.map((role) => wordOf(CounterpartyRole, role)) })

/** The same for a row of an import, which sees the rights as they are for its batch. */
export async function settleRow(db: Db, { caller, rights }: { caller: Caller; rights: RightsData }, record: Counterparty, before?: CustomValues) {
  const fields = fieldsOf(rights, 'counterparties')
  if (fields.length === 0 && record.custom === undefined) return { record, violations: [] }
  return settleAmong(fields, rights, { resource: 'counterparties', record, words: inWords(record), before, caller, seen: seenBy({ db, caller }) })
}

export async function settlePersonRow(db: Db, { caller, rights }: { caller: Caller; rights: RightsData }, record: ContactPerson, before?: CustomValues) {
  const fields = fieldsOf(rights, 'contact-persons')
  if (fields.length === 0 && record.custom === undefined) return { record, violations: [] }
  return settleAmong(fields, rights, { resource: 'contact-persons', record, words: record, before, caller, seen: seenBy({ db, caller }) })
}

export const settlePerson = (by: By, record: ContactPerson, before?: CustomValues) =>
  settleRecord(by.rights, { resource: 'contact-persons', record, words: record, before, caller: by.caller, seen: seenBy(by), files: newFiles(by.db, by.caller, 'contact-persons') })
