import type { Caller } from '@vitrylo/auth'
import type { Pool } from '@vitrylo/pg'
import type { DuplicateReason } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate.ts'
import type {
  FindContactPersonDuplicatesRequest,
  FindContactPersonDuplicatesResponse,
  FindDuplicatesRequest,
  FindDuplicatesResponse,
} from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import { trimmed } from '@vitrylo/service'
import type { CountryCode } from 'libphonenumber-js'
import { normalChannels } from '../counterparty/channels.ts'
import { fromRow } from '../counterparty/counterparty-row.ts'
import { compare, type Reason, type Verdict } from './compare.ts'
import { factsOf, type Facts } from './facts.ts'
import { keysOf } from './keys.ts'
import { candidatesOf, frequenciesOf } from './match-sql.ts'
import { factsOfPerson, personCandidates } from './person-match-sql.ts'
import { WORTH_A_GLANCE } from './rules.ts'

const USUAL = 5

/** Counterparties that the one being typed may be already. */
export async function findDuplicates(pool: Pool, caller: Caller, typed: FindDuplicatesRequest, country: CountryCode): Promise<FindDuplicatesResponse> {
  const facts = factsOf({ ...typed, id: typed.exceptId, channels: normalChannels(typed.channels, country) })
  const rows = await candidatesOf(pool, caller, keysOf(facts), typed.exceptId)
  const judged = await judge(pool, facts, rows.map((row) => trimmed(caller, 'vitrylo.contacts.v1.Counterparty', fromRow(row))), factsOf)
  return { duplicates: judged.slice(0, typed.pageSize || USUAL).map(({ record, ...verdict }) => ({ counterparty: record, ...verdict })) }
}

/** Contact persons likewise. */
export async function findPersonDuplicates(
  pool: Pool,
  caller: Caller,
  typed: FindContactPersonDuplicatesRequest,
  country: CountryCode,
): Promise<FindContactPersonDuplicatesResponse> {
  const facts = factsOfPerson({ ...typed, id: typed.exceptId, channels: normalChannels(typed.channels, country) })
  const persons = await personCandidates(pool, caller, keysOf(facts), typed.exceptId)
  const shownPersons = persons.map((person) => trimmed(caller, 'vitrylo.contacts.v1.ContactPerson', person))
  const judged = await judge(pool, facts, shownPersons, factsOfPerson)
  return { duplicates: judged.slice(0, typed.pageSize || USUAL).map(({ record, ...verdict }) => ({ contactPerson: record, ...verdict })) }
}

async function judge<T>(pool: Pool, facts: Facts, records: readonly T[], toFacts: (record: T) => Facts) {
  if (records.length === 0) return []
  const frequencies = await frequenciesOf(pool)
  return records
    .map((record) => ({ record, verdict: compare(facts, toFacts(record), frequencies) }))
    .filter(({ verdict }) => isWorthAGlance(verdict))
    .sort((one, other) => other.verdict.probability - one.verdict.probability)
    .map(({ record, verdict }) => ({ record, ...shown(verdict) }))
}

/** One number or mail of two clients is always worth it, whatever else there is. */
const isWorthAGlance = ({ probability, reasons }: Verdict): boolean =>
  probability >= WORTH_A_GLANCE || reasons.some(({ field, level }) => level === 'same' && ['taxCode', 'phone', 'email'].includes(field))

/** As it leaves the service: rounded, so that nobody counts by it how often a value stands in records they may not see. */
export const shown = ({ probability, reasons }: Verdict): { probability: number; reasons: DuplicateReason[] } => ({
  probability: Math.floor(probability * 100) / 100,
  reasons: reasons.map(toReason),
})

export const toReason = ({ field, level, swapped = false, bits }: Reason): DuplicateReason => ({ field, level, swapped, bits: Math.round(bits) })
