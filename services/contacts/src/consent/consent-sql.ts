import type { Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { ConsentSource, type Consent, type ConsentPurpose } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import type { ListConsentsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { livingId } from '@vitrylo/service'
import { scope } from '../counterparty/counterparty-sql.ts'
import { told } from '../timeline/publish.ts'
import { consentGiven, consentWithdrawn } from './consent-events.ts'
import { active, consentColumns, fromConsentRow, type ConsentRow } from './consent-row.ts'

export const consentList: ListDefinition = {
  id: sql`w.id`,
  fields: {
    counterpartyId: { column: sql`w.counterparty_id`, type: 'uuid', reference: 'counterparties' },
    purposeId: { column: sql`w.purpose_id`, type: 'uuid', reference: 'consent-purposes' },
    version: { column: sql`w.version`, type: 'number' },
    source: { column: sql`w.source`, type: 'word', words: wordsOf(ConsentSource) },
    active: { column: active, type: 'boolean' },
    giveTime: { column: sql`w.given_at`, type: 'time' },
    withdrawTime: { column: sql`w.withdrawn_at`, type: 'time', nullable: true },
    createTime: { column: sql`w.created_at`, type: 'time' },
  },
  orders: {
    giveTime: { column: sql`w.given_at`, type: 'timestamptz' },
    createTime: { column: sql`w.created_at`, type: 'timestamptz' },
  },
  defaultOrder: 'giveTime desc',
}

/** For the register, which names employees; a machine is nobody. */
export const employeeOf = ({ employeeId }: Caller): string => employeeId ?? ''

/** A consent belongs to who gave it: who sees the counterparty sees it. */
const joined = sql`consent w join counterparty c on c.id = w.counterparty_id`

export async function getConsent(db: Db, caller: Caller, id: string): Promise<Consent> {
  const row = await one<ConsentRow>(db, sql`select ${consentColumns} from ${joined} where w.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('consent', id)
  return fromConsentRow(row)
}

export async function listConsents(pool: Pool, asker: Asker, { counterpartyId, ...request }: ListConsentsRequest) {
  const page = pageOf(consentList, { ...request, bound: counterpartyId }, asker)
  const of = counterpartyId === '' ? sql`true` : sql`w.counterparty_id = ${livingId(counterpartyId)}`
  const { rows, nextPageToken } = await page.read<ConsentRow>(
    pool,
    sql`select ${consentColumns}, ${page.pageKey} as page_key from ${joined}
        where ${of} and ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { consents: rows.map(fromConsentRow), nextPageToken }
}

/** Entries of the same purpose that hold, of a counterparty that is locked. */
export async function activeConsents(tx: Tx, counterpartyId: string, purposeId: string): Promise<Consent[]> {
  const rows = await many<ConsentRow>(
    tx,
    sql`select ${consentColumns} from ${joined} where w.counterparty_id = ${counterpartyId} and w.purpose_id = ${purposeId} and ${active} order by w.given_at desc`,
  )
  return rows.map(fromConsentRow)
}

/** Whether the counterparty took a consent of the purpose back at that time or later: what is entered of before does not hold. */
export async function isWithdrawnSince(tx: Tx, { counterpartyId, purposeId, giveTime }: Consent): Promise<boolean> {
  const row = await one(tx, sql`select 1 as yes from consent where counterparty_id = ${counterpartyId} and purpose_id = ${purposeId} and withdrawn_at >= ${giveTime} limit 1`)
  return row !== undefined
}

type Place = { branchId: string | undefined; ownerId: string | undefined }

export async function insertConsent(tx: Tx, saved: Consent, earlier: readonly Consent[], purpose: ConsentPurpose, place: Place, caller: Caller, now: Date): Promise<Consent> {
  await exec(
    tx,
    sql`with ${told([consentGiven({ consent: saved, purpose, place, caller, now })])},
        over as (update consent set superseded_at = ${now} where id = any(${earlier.map(({ id }) => id)}::uuid[]))
        insert into consent (id, counterparty_id, purpose_id, version, source, given_at, evidence, created_at, created_by)
        values (${saved.id}, ${saved.counterpartyId}, ${saved.purposeId}, ${saved.version}, ${wordOf(ConsentSource, saved.source)}, ${saved.giveTime},
          ${saved.evidence}, ${now}, ${employeeOf(caller)})`,
  )
  return saved
}

/** Ends an entry whose counterparty is locked. */
export async function endConsent(tx: Tx, ended: Consent, purpose: ConsentPurpose, place: Place, caller: Caller, now: Date): Promise<Consent> {
  await exec(
    tx,
    sql`with ${told([consentWithdrawn({ consent: ended, purpose, place, caller, now })])}
        update consent set withdrawn_at = ${ended.withdrawTime}, withdrawal_source = ${wordOf(ConsentSource, ended.withdrawSource)},
          withdrawal_evidence = ${ended.withdrawEvidence}, withdrawal_by = ${employeeOf(caller)} where id = ${ended.id}`,
  )
  return ended
}
