import { sees, type Caller, type RightsData } from '@vitrylo/auth'
import { fieldsOf, oneByOne, settleAmong, settleRecord, type CustomValues } from '@vitrylo/custom'
import { invalid, type Violation } from '@vitrylo/errors'
import { newFiles } from '@vitrylo/files'
import { readDay } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { awaitArrival, awaitColleagues, type Call, type Deps } from '@vitrylo/service'
import { findClient, holdClient, type Client } from '../counterparty/counterparty-sql.ts'
import { wrongMoney } from './money.ts'

/** Gives records that were added elsewhere a moment ago the time to reach us; judges nothing. */
export async function awaitReferences({ pool, rights }: Deps, opportunity: Opportunity, call: Call): Promise<void> {
  const { counterpartyId, ownerId, branchId } = opportunity
  if (counterpartyId !== undefined) await awaitArrival(counterpartyId, call, () => findClient(pool, counterpartyId))
  await awaitColleagues({ rights }, call, [ownerId], [branchId])
}

type Facts = Partial<Pick<Opportunity, 'counterpartyId' | 'ownerId' | 'branchId' | 'amount' | 'expectedCloseDate' | 'nextStepDate'>>

/** Refuses what cannot be kept or points at nothing that the caller may see, all of it in one answer; gives the client. */
export async function assertFacts(tx: Tx, { rights }: Pick<Deps, 'rights'>, caller: Caller, facts: Facts): Promise<Client | undefined> {
  const { counterpartyId, ownerId, branchId } = facts
  const client = counterpartyId === undefined ? undefined : await holdClient(tx, counterpartyId)
  const { employees, branches } = rights.data()
  const wrong: Violation[] = wrongMoney(facts.amount)
  const refuse = (field: string, description: string, rule = 'reference') => wrong.push({ field, rule, description })
  if (counterpartyId !== undefined && !isUsable(caller, client)) refuse('counterpartyId', 'no such counterparty')
  if (ownerId !== undefined && employees.get(ownerId)?.disabled !== false) refuse('ownerId', 'no such employee at work')
  if (branchId !== undefined && !branches.has(branchId)) refuse('branchId', 'no such branch')
  for (const field of ['expectedCloseDate', 'nextStepDate'] as const) {
    if (facts[field] && readDay(facts[field]) === undefined) refuse(field, 'no day of the calendar', 'format')
  }
  if (wrong.length > 0) throw invalid(wrong)
  return client
}

const seenBy = (tx: Tx, caller: Caller) => oneByOne(async (id) => isUsable(caller, await findClient(tx, id)))

/** Custom values as they are kept; `before` are those of the opportunity, absent for a new one. */
export function settleOpportunity({ rights }: Pick<Deps, 'rights'>, tx: Tx, caller: Caller, record: Opportunity, before?: CustomValues) {
  const words = { ...record, state: wordOf(OpportunityState, record.state) }
  return settleRecord(rights, { resource: 'opportunities', record, words, before, caller, seen: seenBy(tx, caller), files: newFiles(tx, caller, 'opportunities') })
}

/** The same for a row of an import, which sees the rights as they are for its batch. */
export async function settleRowOpportunity(rights: RightsData, tx: Tx, caller: Caller, record: Opportunity, before?: CustomValues) {
  const fields = fieldsOf(rights, 'opportunities')
  if (fields.length === 0 && record.custom === undefined) return { record, violations: [] }
  const words = { ...record, state: wordOf(OpportunityState, record.state) }
  return settleAmong(fields, rights, { resource: 'opportunities', record, words, before, caller, seen: seenBy(tx, caller) })
}

/** One that the caller may not see is treated as none. */
export const isUsable = (caller: Caller, client: Client | undefined): boolean =>
  client !== undefined && !client.deleted && sees(caller, 'counterparties', { branchId: client.branchId, ownerId: client.responsibleId })
