import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { SubjectAskedEvent } from '@vitrylo/proto/events.ts'
import { SubjectRequestKind, SubjectRequestState, type SubjectRequest } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request.ts'
import { SubjectKind, SubjectPlace } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'
import { fromWord, wordsOf } from '@vitrylo/proto/words.ts'
import type { Subject } from '@vitrylo/service'
import { scope as counterpartyScope } from '../counterparty/counterparty-sql.ts'
import { places as placesOfPersons } from '../contact-person/contact-person-row.ts'
import { digestsOf } from './channels.ts'
import { KEEPERS, REQUEST_DAYS } from './terms.ts'
import type { Place } from './subject-of.ts'

type AnswerRow = { service: string; collected_at: string | null; erased_at: string | null; places: unknown[] }

export type RequestRow = {
  id: string
  kind: 'file' | 'erasure'
  state: string
  subject_kind: Subject['kind']
  subject_id: string
  subject: Subject
  ground: string
  actor: string
  created_at: Date
  ready_at: Date | null
  expires_at: Date | null
  erased_at: Date | null
  erased_event_id: string | null
  done_at: Date | null
  name: string | null
  answers: AnswerRow[]
}

const columns = (caller: Caller): Sql => sql`r.id, r.kind, r.state, r.subject_kind, r.subject_id, r.subject, r.ground, r.actor, r.created_at, r.ready_at, r.expires_at,
  r.erased_at, r.erased_event_id, r.done_at,
  coalesce((select c.display_name from counterparty c where c.id = r.subject_id and ${counterpartyScope(caller, 'view')}),
    (select p.display_name from contact_person p ${placesOfPersons(caller, 'view')} where p.id = r.subject_id and o.positions is not null)) as name,
  (select coalesce(jsonb_agg(jsonb_build_object('service', a.service, 'collected_at', a.collected_at, 'erased_at', a.erased_at, 'places', a.places) order by a.service), '[]')
   from subject_answer a where a.request_id = r.id) as answers`

const scope = (caller: Caller, action: string): Sql => scopeOf(caller, 'privacy', action, { branch: sql`r.branch_id`, owner: sql`r.owner_id` })

export const subjectRequestList: ListDefinition = {
  id: sql`r.id`,
  fields: {
    kind: { column: sql`r.kind`, type: 'word', words: wordsOf(SubjectRequestKind) },
    state: { column: sql`r.state`, type: 'word', words: wordsOf(SubjectRequestState) },
    subjectKind: { column: sql`r.subject_kind`, type: 'word', words: wordsOf(SubjectKind) },
    subjectId: { column: sql`r.subject_id`, type: 'uuid' },
    createTime: { column: sql`r.created_at`, type: 'time' },
  },
  orders: { createTime: { column: sql`r.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

const time = (value: Date | string | null): Date | undefined => (value === null ? undefined : new Date(value))

export const fromRequestRow = (row: RequestRow): SubjectRequest => ({
  id: row.id,
  createTime: row.created_at,
  kind: fromWord(SubjectRequestKind, row.kind),
  state: fromWord(SubjectRequestState, row.state),
  subjectKind: fromWord(SubjectKind, row.subject_kind),
  subjectId: row.subject_id,
  subjectName: row.name ?? '',
  ground: row.ground,
  actorId: row.actor,
  readyTime: time(row.ready_at),
  expireTime: time(row.expires_at),
  eraseTime: time(row.erased_at),
  doneTime: time(row.done_at),
  holds: [],
  answers: row.answers.map(({ service, collected_at, erased_at, places }) => ({
    service, collectTime: time(collected_at), eraseTime: time(erased_at), places: places.map((place) => SubjectPlace.fromJSON(place)),
  })),
})

export async function getRequest(db: Db, caller: Caller, action: string, id: string, lock = false): Promise<RequestRow> {
  const row = await one<RequestRow>(db, sql`select ${columns(caller)} from subject_request r where r.id = ${id} and ${scope(caller, action)} ${lock ? sql`for update of r` : sql``}`)
  if (row === undefined) throw notFound('subject-request', id)
  return row
}

export async function listRequests(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(subjectRequestList, request, asker)
  const { rows, nextPageToken } = await page.read<RequestRow>(
    pool,
    sql`select ${columns(asker.caller)}, ${page.pageKey} as page_key from subject_request r
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { subjectRequests: rows.map(fromRequestRow), nextPageToken }
}

type NewRequest = { id: string; kind: 'file' | 'erasure'; subject: Subject; place: Place; ground: string; actor: string; channels?: readonly string[] }

export async function insertRequest(tx: Tx, { id, kind, subject, place, ground, actor, channels = [] }: NewRequest, now: Date): Promise<void> {
  await exec(
    tx,
    sql`insert into subject_request (id, kind, state, subject_kind, subject_id, subject, ground, actor, branch_id, owner_id, channels, created_at, expires_at)
        values (${id}, ${kind}, 'collecting', ${subject.kind}, ${subject.id}, ${JSON.stringify(subject)}, ${ground}, ${actor}, ${place.branchId}, ${place.ownerId},
          ${digestsOf(id, channels)}::text[], ${now}, ${now}::timestamptz + make_interval(days => ${REQUEST_DAYS}))`,
  )
  await exec(tx, sql`insert into subject_answer (request_id, service) select ${id}, s from unnest(${[...KEEPERS]}::text[]) s`)
}

export async function saveErasing(tx: Tx, id: string, subject: Subject, eventId: string, now: Date): Promise<void> {
  await exec(tx, sql`update subject_request set state = 'erasing', subject = ${JSON.stringify(subject)}, erased_at = ${now}, erased_event_id = ${eventId}, expires_at = null where id = ${id}`)
}

/** What one service told; the request is ready with the last of them. Late answers of what is over are dropped. */
export async function savePart(tx: Tx, part: { requestId: string; service: string; number: number; last: boolean; places: readonly SubjectPlace[]; content: string; recordIds: readonly string[] }, now: Date): Promise<void> {
  const open = await one(tx, sql`select 1 as yes from subject_request where id = ${part.requestId} and state = 'collecting' for update`)
  if (open === undefined) return
  if (part.content !== '') {
    await exec(tx, sql`insert into subject_part (request_id, service, number, content) values (${part.requestId}, ${part.service}, ${part.number}, ${part.content})
        on conflict (request_id, service, number) do update set content = excluded.content`)
  }
  if (!part.last) return
  const told = JSON.stringify(part.places.map((place) => SubjectPlace.toJSON(place)))
  await exec(tx, sql`update subject_answer set collected_at = ${now}, places = ${told}, record_ids = ${part.recordIds}::uuid[] where request_id = ${part.requestId} and service = ${part.service}`)
  const ready = await one(tx, sql`update subject_request r set state = 'ready', ready_at = ${now}
      where r.id = ${part.requestId} and not exists (select from subject_answer a where a.request_id = r.id and a.collected_at is null) returning 1 as yes`)
  if (ready !== undefined) await endQuestions(tx, [part.requestId])
}

/** The last of a question, without the person. */
const endQuestions = (tx: Tx, ids: readonly string[]) =>
  appendOutbox(tx, ids.map((id) => ({ type: SubjectAskedEvent, key: id, revision: 2, data: { requestId: id, subject: undefined, content: false } })))

/** What services found that names nobody and is the person's, and by which channels, as digests. */
export async function foundRecords(db: Db, id: string): Promise<{ recordIds: string[]; by: string[] }> {
  const row = await one<{ record_ids: string[]; channels: string[] }>(
    db,
    sql`select r.channels, array(select distinct unnest(a.record_ids) from subject_answer a where a.request_id = r.id) as record_ids from subject_request r where r.id = ${id}`,
  )
  return { recordIds: row!.record_ids, by: row!.channels }
}

/** True with the last of them. */
export async function saveErased(tx: Tx, requestId: string, service: string, eventId: string, now: Date): Promise<boolean> {
  const open = await one(tx, sql`select 1 as yes from subject_request where id = ${requestId} and state = 'erasing' for update`)
  if (open === undefined) return false
  await exec(tx, sql`update subject_answer set erased_at = ${now}, erased_event_id = ${eventId} where request_id = ${requestId} and service = ${service}`)
  return (await one(tx, sql`select 1 as yes from subject_answer where request_id = ${requestId} and erased_at is null limit 1`)) === undefined
}

/** Requests that all have erased for, and that the log has not been cleaned for: all of them, or one. */
export async function erasedEverywhere(db: Db): Promise<string[]> {
  const rows = await many<{ id: string }>(db, sql`select r.id from subject_request r where r.state = 'erasing' and not exists (select from subject_answer a where a.request_id = r.id and a.erased_at is null)`)
  return rows.map(({ id }) => id)
}

/** Files and previews whose time is over. */
export async function expireRequests(tx: Tx, now: Date): Promise<string[]> {
  const rows = await many<{ id: string }>(tx, sql`update subject_request set state = 'expired', channels = '{}' where state in ('collecting', 'ready') and expires_at < ${now} returning id`)
  const ids = rows.map(({ id }) => id)
  await exec(tx, sql`delete from subject_part where request_id = any(${ids}::uuid[])`)
  await endQuestions(tx, ids)
  return ids
}
