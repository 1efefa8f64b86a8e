import { sql } from '@vitrylo/pg'
import { ConsentSource, type Consent } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import { fromWord } from '@vitrylo/proto/words.ts'

export type ConsentRow = {
  id: string
  counterparty_id: string
  counterparty_name: string
  purpose_id: string
  version: number
  source: string
  given_at: Date
  evidence: string
  created_at: Date
  created_by: string
  withdrawn_at: Date | null
  withdrawal_source: string
  withdrawal_evidence: string
  withdrawal_by: string
  superseded_at: Date | null
  active: boolean
}

/**
 * Whether consent `w` holds. Entries of one purpose may stand side by side after a merge: whoever took one of them back
 * does not agree, until they agree anew.
 */
export const active = sql`(w.withdrawn_at is null and w.superseded_at is null and not exists (
  select from consent x where x.counterparty_id = w.counterparty_id and x.purpose_id = w.purpose_id and x.withdrawn_at >= w.given_at))`

export const consentColumns = sql`w.id, w.counterparty_id, c.display_name as counterparty_name, w.purpose_id, w.version, w.source, w.given_at, w.evidence,
  w.created_at, w.created_by, w.withdrawn_at, w.withdrawal_source, w.withdrawal_evidence, w.withdrawal_by, w.superseded_at, ${active} as active`

export const fromConsentRow = (row: ConsentRow): Consent => ({
  id: row.id,
  createTime: row.created_at,
  counterpartyId: row.counterparty_id,
  counterpartyName: row.counterparty_name,
  purposeId: row.purpose_id,
  version: row.version,
  source: fromWord(ConsentSource, row.source),
  giveTime: row.given_at,
  evidence: row.evidence,
  actorId: row.created_by,
  withdrawTime: row.withdrawn_at ?? undefined,
  withdrawSource: row.withdrawal_source === '' ? ConsentSource.UNSPECIFIED : fromWord(ConsentSource, row.withdrawal_source),
  withdrawEvidence: row.withdrawal_evidence,
  withdrawActorId: row.withdrawal_by,
  supersedeTime: row.superseded_at ?? undefined,
  active: row.active,
})
