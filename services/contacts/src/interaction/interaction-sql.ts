import { scopeOf, viewOnly, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { ListInteractionsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { InteractionKind, InteractionState, type Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { remembered } from '@vitrylo/service'
import { actorOf, scope as counterpartyScope } from '../counterparty/counterparty-sql.ts'
import { told } from '../timeline/publish.ts'
import { refreshContacts } from './contact-facts.ts'
import { interactionChanged, interactionCreated, interactionDeleted } from './interaction-events.ts'
import {
  fromInteractionRow,
  interactionColumns,
  savedAssignments,
  savedColumns,
  savedTypes,
  savedValues,
  toInteractionRecord,
  type InteractionRow,
} from './interaction-row.ts'
import { scheduleReminder } from './reminder.ts'

export const interactionScope = (caller: Caller, action: string): Sql =>
  scopeOf(caller, 'interactions', action, { branch: sql`i.branch_id`, owner: sql`i.owner_id` })

export const interactionList: ListDefinition = {
  id: sql`i.id`,
  section: 'interactions',
  fields: {
    kind: { column: sql`i.kind`, type: 'word', words: wordsOf(InteractionKind) },
    state: { column: sql`i.state`, type: 'word', words: wordsOf(InteractionState) },
    subject: { column: sql`i.subject`, type: 'text' },
    place: { column: sql`i.place`, type: 'text' },
    ownerId: { column: sql`i.owner_id`, type: 'uuid', reference: 'employees', nullable: true },
    branchId: { column: sql`i.branch_id`, type: 'uuid', reference: 'branches', nullable: true },
    startTime: { column: sql`i.starts_at`, type: 'time' },
    createTime: { column: sql`i.created_at`, type: 'time' },
    updateTime: { column: sql`i.updated_at`, type: 'time' },
  },
  orders: {
    startTime: { column: sql`i.starts_at`, type: 'timestamptz' },
    updateTime: { column: sql`i.updated_at`, type: 'timestamptz' },
  },
  defaultOrder: 'startTime',
}

/** The main counterparty's name, for those who may see the counterparty. */
const named = (caller: Caller): Sql =>
  sql`left join interaction_party m on m.interaction_id = i.id and m.ordinal = 0
      left join counterparty c on c.id = m.counterparty_id and ${counterpartyScope(caller, 'view')}`

export async function getInteraction(db: Db, caller: Caller, id: string): Promise<Interaction> {
  const row = await one<InteractionRow>(
    db,
    sql`select ${interactionColumns}, c.display_name as counterparty_name from interaction i ${named(caller)}
        where i.id = ${id} and ${interactionScope(caller, 'view')}`,
  )
  if (row === undefined) throw notFound('interaction', id)
  return fromInteractionRow(row)
}

export async function listInteractions(pool: Pool, asker: Asker, { counterpartyId, ...request }: ListInteractionsRequest) {
  const { caller } = asker
  const page = pageOf(interactionList, { ...request, bound: counterpartyId }, asker)
  const of = counterpartyId === '' ? sql`true`
    : sql`i.id in (select p.interaction_id from interaction_party p where p.counterparty_id = ${counterpartyId}::uuid)`
  const { rows, nextPageToken } = await page.read<InteractionRow>(
    pool,
    sql`select ${interactionColumns}, c.display_name as counterparty_name, ${page.pageKey} as page_key from interaction i ${named(caller)}
        where ${of} and ${interactionScope(caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { interactions: rows.map(fromInteractionRow), nextPageToken }
}

export async function lockInteraction(tx: Tx, caller: Caller, action: string, id: string, etag = ''): Promise<Interaction> {
  const row = await one<InteractionRow>(
    tx,
    sql`select ${interactionColumns} from interaction i where i.id = ${id} and ${interactionScope(caller, action)} for update`,
  )
  if (row === undefined) {
    await getInteraction(tx, caller, id)
    throw viewOnly('interactions', action, id)
  }
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('interaction', id)
  return remembered(fromInteractionRow(row))
}

export async function insertInteraction(tx: Tx, given: Interaction, caller: Caller, now: Date): Promise<Interaction> {
  const saved = { ...given, etag: '1', createTime: now, updateTime: now }
  const actor = actorOf(caller)
  await exec(
    tx,
    sql`with ${told([interactionCreated(saved, caller, now)])},
        parties as (${partiesOf(saved)})
        insert into interaction (id, ${savedColumns}, revision, created_at, created_by, updated_at, updated_by)
        select r.id, ${savedValues}, 1, ${now}::timestamptz, ${actor}::text, ${now}::timestamptz, ${actor}::text
        from jsonb_to_recordset(${JSON.stringify([toInteractionRecord(saved)])}::jsonb) as r (${savedTypes})`,
  )
  await refreshContacts(tx, saved.counterpartyIds)
  await scheduleReminder(tx, saved)
  return saved
}

/** Saves a change of an interaction that is locked. Another start, or another time of the reminder, is a reminder not yet given. */
export async function updateInteraction(tx: Tx, before: Interaction, next: Interaction, changed: string[], caller: Caller, now: Date): Promise<Interaction> {
  const saved = { ...next, etag: String(Number(before.etag) + 1), updateTime: now }
  await exec(
    tx,
    sql`with ${told([interactionChanged(saved, changed, caller, now)])}
        update interaction i set ${savedAssignments}, revision = i.revision + 1, updated_at = ${now}, updated_by = ${actorOf(caller)},
          reminded_at = case when (i.remind_at, i.starts_at) is distinct from (r.remind_at, r.starts_at) then null else i.reminded_at end
        from jsonb_to_recordset(${JSON.stringify([toInteractionRecord(saved)])}::jsonb) as r (${savedTypes}) where i.id = r.id`,
  )
  await exec(tx, sql`delete from interaction_party where interaction_id = ${saved.id}`)
  await exec(tx, partiesOf(saved))
  await moveEntries(tx, saved)
  await refreshContacts(tx, [...before.counterpartyIds, ...saved.counterpartyIds])
  await scheduleReminder(tx, saved, before)
  return saved
}

export async function deleteInteraction(tx: Tx, gone: Interaction, caller: Caller, now: Date): Promise<void> {
  await exec(tx, sql`with ${told([interactionDeleted(gone, caller, now)])} delete from interaction where id = ${gone.id}`)
  await exec(tx, sql`delete from timeline where id = ${gone.id} and section = 'interactions'`)
  await refreshContacts(tx, gone.counterpartyIds)
  await scheduleReminder(tx, { ...gone, remindTime: undefined }, gone)
}

const partiesOf = ({ id, kind, state, startTime, counterpartyIds }: Interaction): Sql =>
  sql`insert into interaction_party (interaction_id, counterparty_id, ordinal, state, contact, starts_at)
      select ${id}::uuid, k.counterparty_id, k.ordinal - 1, ${wordOf(InteractionState, state)}, ${kind !== InteractionKind.NOTE}, ${startTime}::timestamptz
      from unnest(${counterpartyIds}::uuid[]) with ordinality as k (counterparty_id, ordinal)`

/** Who takes it over sees its past; a counterparty that takes no part any more has no entry of it. */
async function moveEntries(tx: Tx, { id, branchId, ownerId, counterpartyIds }: Interaction): Promise<void> {
  const there = sql`section = 'interactions' and record_id = ${id}`
  await exec(tx, sql`delete from timeline where ${there} and counterparty_id <> all(${counterpartyIds}::uuid[])`)
  await exec(
    tx,
    sql`update timeline set branch_id = ${branchId ?? null}::uuid, owner_id = ${ownerId ?? null}::uuid where ${there}
          and (branch_id, owner_id) is distinct from (${branchId ?? null}::uuid, ${ownerId ?? null}::uuid)`,
  )
}
