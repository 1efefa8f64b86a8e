import { exec, one, sql, type Tx } from '@vitrylo/pg'
import { OWN_SECTIONS } from './timeline-sql.ts'

/** A record of another service as an event tells of it. */
export type RelatedState = {
  section: 'opportunities' | 'requests' | 'calls'
  id: string
  counterpartyId?: string
  revision: number
  title: string
  number: string
  state: string
  /** Undefined: the event does not tell, the stage is still the same. */
  stage?: string
  open: boolean
  amount?: { amount: string; currency: string }
  ownerId?: string
  branchId?: string
  dueTime?: Date
  updateTime: Date
}

/**
 * Keeps the newest state that an event told of. False: a newer one is known already. When branch or owner move, the
 * entries on timelines move with them: who takes a record over sees its past, who gave it away does not.
 */
export async function saveRecord(tx: Tx, r: RelatedState): Promise<boolean> {
  const saved = await one<{ id: string }>(
    tx,
    sql`insert into related_record as k (section, id, counterparty_id, revision, title, number, state, stage, open, amount, currency,
          owner_id, branch_id, due_at, updated_at)
        values (${r.section}, ${r.id}, ${r.counterpartyId || null}, ${r.revision}, ${r.title}, ${r.number}, ${r.state}, ${r.stage ?? ''},
          ${r.open},          ${r.amount?.amount ?? null}, ${r.amount?.currency ?? null}, ${r.ownerId || null}, ${r.branchId || null},
          ${r.dueTime ?? null}, ${r.updateTime})
        on conflict (section, id) do update set counterparty_id = ${r.counterpartyId || null}, revision = excluded.revision,
          title = excluded.title, number = excluded.number, state = excluded.state, open = excluded.open, amount = excluded.amount,
          currency = excluded.currency, owner_id = excluded.owner_id, branch_id = excluded.branch_id, due_at = excluded.due_at,
          updated_at = excluded.updated_at,
          stage = case when ${r.stage === undefined} then k.stage else excluded.stage end
        where k.revision < excluded.revision
        returning k.id`,
  )
  if (saved === undefined) return false
  await exec(
    tx,
    sql`update timeline set branch_id = ${r.branchId || null}::uuid, owner_id = ${r.ownerId || null}::uuid
        where section = ${r.section} and record_id = ${r.id} and section not in ('counterparties', 'contact-persons')
          and (branch_id, owner_id) is distinct from (${r.branchId || null}::uuid, ${r.ownerId || null}::uuid)`,
  )
  return true
}

/**
 * What was told of a record stands with whom it belongs to after all: it may have been taken for another's. Of one that is nobody's any more
 * it stands under the id of the record, where no card looks, until it is somebody's; of one that is gone it stays where it is.
 */
export async function moveToClient(tx: Tx, { section, id }: Pick<RelatedState, 'section' | 'id'>): Promise<void> {
  await exec(
    tx,
    sql`update timeline t set counterparty_id = coalesce(k.counterparty_id, k.id), origin_id = k.origin_id
        from related_record k
        where k.section = ${section} and k.id = ${id} and t.section = k.section and t.record_id = k.id
          and t.counterparty_id <> coalesce(k.counterparty_id, k.id) and (k.counterparty_id is not null or k.state <> 'deleted')
          and t.section not in ('counterparties', 'contact-persons')`,
  )
}

export type RecordEntry = {
  id: string
  counterpartyId?: string
  at: Date
  kind: string
  section: RelatedState['section']
  recordId: string
  actorId?: string
  data: Record<string, string>
}

/** Puts an event on the timeline of whose the record is now, with its branch and owner. An entry that is there stays. */
export async function insertRecordEntry(tx: Tx, e: RecordEntry): Promise<void> {
  if (!e.counterpartyId) return
  await exec(
    tx,
    sql`insert into timeline (id, counterparty_id, at, kind, section, record_id, actor_id, branch_id, owner_id, data)
        select ${e.id}::uuid, coalesce(k.origin_id, k.counterparty_id, case when k.state = 'deleted' then ${e.counterpartyId}::uuid else k.id end), ${e.at}::timestamptz, ${e.kind}, k.section, k.id, ${e.actorId || null}::uuid,
          k.branch_id, k.owner_id, ${JSON.stringify(e.data)}::jsonb
        from related_record k where k.section = ${e.section} and k.id = ${e.recordId}
        on conflict do nothing`,
  )
}

/** Puts what is told of a record by this kind at another time. */
export async function moveEntries(tx: Tx, { section, recordId, kind, at }: Pick<RecordEntry, 'section' | 'recordId' | 'kind' | 'at'>): Promise<void> {
  await exec(
    tx,
    sql`update timeline set at = ${at} where section = ${section} and record_id = ${recordId} and kind = ${kind} and at <> ${at}
          and section not in ('counterparties', 'contact-persons')`,
  )
}

/** Takes an entry back that a later event tells anew; gives whose timeline it stood on. */
export async function removeEntry(tx: Tx, id: string): Promise<string | undefined> {
  const gone = await one<{ counterparty_id: string }>(tx, sql`delete from timeline where id = ${id} returning counterparty_id`)
  return gone?.counterparty_id
}

/** Forgets what events of other services told. Our own entries are facts of this database and stay. */
export async function clearRecords(tx: Tx): Promise<void> {
  await exec(tx, sql`with records as (delete from related_record)
        delete from timeline where section <> all(${OWN_SECTIONS}::text[])`)
}
