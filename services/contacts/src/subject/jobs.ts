import { on, type Bus, type ErasureMark, type Handler } from '@vitrylo/events'
import { exec, inTx, many, one, sql, type Pool, type Tx } from '@vitrylo/pg'
import { SubjectPartCollectedEvent, SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { enqueue, noteRecords, subjectSweep, type Deps, type ServiceDefinition, type Subject, type Sweep } from '@vitrylo/service'
import { aroundErased } from './erase-subject.ts'
import { places } from './places.ts'
import { erasedEverywhere, expireRequests, saveErased, savePart } from './request-sql.ts'

/** Name of the background task that cleans the log of the bus. */
const FORGET = 'forget-subject'
const FORGET_RECORDS = 'forget-records'
const FORGET_ANSWERS = 'forget-answers'
const AUDIT = 'vitrylo.audit.'
const SWEEP_MS = 60_000
const AGAIN_MS = 10 * 60_000
/** Until one that found another at work tries again. */
const BEHIND_MS = 5_000

const forgetLater = (tx: Tx, id: string) => enqueue(tx, FORGET, { id }, `${FORGET}:${id}`)

/** Answers of services, our own among them. */
export function subjectAnswerHandlers({ now }: Pick<Deps, 'now'>): Handler[] {
  return [
    on(SubjectPartCollectedEvent, (tx, part) => savePart(tx, part, now())),
    on(SubjectPartErasedEvent, async (tx, { requestId, service, recordIds }, event) => {
      // Entries on records that tell nothing of the person any more: of a contact person they stand with the organisation.
      const request = await one<{ kind: Subject['kind']; subject_id: string }>(tx, sql`select subject_kind as kind, subject_id from subject_request where id = ${requestId}`)
      if (request !== undefined) await noteRecords(tx, request.subject_id, recordIds)
      if (request?.kind !== 'counterparty') {
        await exec(tx, sql`delete from timeline where record_id = any(${recordIds}::uuid[]) and section in ('requests', 'opportunities', 'calls')`)
      }
      // Of nobody's request: a rule of retention has emptied them.
      if (request === undefined) await enqueue(tx, FORGET_RECORDS, { service, recordIds, beforeId: event.id }, `${FORGET_RECORDS}:${event.id}`)
      else if (await saveErased(tx, requestId, service, event.id, now())) await forgetLater(tx, requestId)
    }),
  ]
}

export function subjectJobs({ pool, bus, log, now }: Deps): ReturnType<NonNullable<ServiceDefinition['jobs']>> {
  const later = (name: string, payload: object, ms: number, key?: string) => inTx(pool, (tx) => enqueue(tx, name, payload, key, new Date(now().getTime() + ms)))
  return {
    [FORGET]: async (payload) => {
      const { id } = payload as { id: string }
      if (!(await alone(pool, () => forget({ pool, bus, now }, id)))) await later(FORGET, { id }, BEHIND_MS, `${FORGET}:${id}`)
    },
    [FORGET_ANSWERS]: async (payload) => {
      const { ids } = payload as { ids: string[] }
      if (!(await alone(pool, () => forgetAnswers(bus, ids)))) await later(FORGET_ANSWERS, { ids }, BEHIND_MS)
    },
    [FORGET_RECORDS]: async (payload) => {
      const emptied = payload as Emptied
      const again = (ms: number) => later(FORGET_RECORDS, emptied, ms, `${FORGET_RECORDS}:${emptied.beforeId}`)
      try {
        if (!(await alone(pool, () => forgetRecords(bus, emptied)))) await again(BEHIND_MS)
      } catch (err) {
        // The queue gives up after some days, and no request stands open to tell of it: so it is put off, and said each time.
        log.warn({ err, service: emptied.service, records: emptied.recordIds.length }, 'the log of the bus still tells of records that a rule of retention has emptied; will try again')
        await again(AGAIN_MS)
      }
    },
  }
}

/**
 * Runs unless another cleaning does, in any process: they would read the same log in turns, which takes minutes the first time, and hold every worker
 * of the queue meanwhile. A named queue of the library would stay locked for hours after kill -9; the lock ends with its session.
 */
async function alone(pool: Pool, run: () => Promise<void>): Promise<boolean> {
  const session = await pool.connect()
  let held = false
  try {
    held = (await one<{ held: boolean }>(session, sql`select pg_try_advisory_lock(hashtextextended('contacts.clean_log', 0)) as held`))!.held
    if (held) await run()
    return held
  } finally {
    session.release(held) // with it the lock
  }
}

type Emptied = { service: string; recordIds: string[]; beforeId: string }

/** What was published of records before they were emptied leaves the log. */
const forgetRecords = (bus: Bus, { service, recordIds, beforeId }: Emptied): Promise<void> =>
  bus.erase({ ids: recordIds, marks: [{ topics: topicsOf(service), beforeId }, { topics: AUDIT, beforeId, takenBy: 'directory' }] })

const topicsOf = (service: string): string => `vitrylo.${service.replace('-', '')}.`

type Row = { subject: Subject; state: string; erased_event_id: string; requests: string[]; answers: { service: string; event_id: string | null }[] }

/** What was published of the person before they were erased leaves the log; then the erasure is done. */
async function forget({ pool, bus, now }: Pick<Deps, 'pool' | 'bus' | 'now'>, id: string): Promise<void> {
  const row = await one<Row>(
    pool,
    // Of everybody who was erased with them: who was merged into them, and persons of an organisation, had files of their own.
    sql`select r.subject, r.state, r.erased_event_id,
          array(select o.id from subject_request o where o.subject_id in (select e::uuid from jsonb_array_elements_text(r.subject->'counterpartyIds' || (r.subject->'contactPersonIds')) e)) as requests,
          (select jsonb_agg(jsonb_build_object('service', a.service, 'event_id', a.erased_event_id)) from subject_answer a where a.request_id = r.id) as answers
        from subject_request r where r.id = ${id}`,
  )
  if (row?.state !== 'erasing') return
  const marks = row.answers.map(({ service, event_id }) => ({ topics: topicsOf(service), beforeId: service === 'contacts' ? row.erased_event_id : (event_id ?? undefined) }))
  // The audit log takes its facts first: what it holds of the person it has emptied by then, or empties when they come.
  const audit = marks.flatMap(({ beforeId }): ErasureMark[] => (beforeId === undefined ? [] : [{ topics: AUDIT, beforeId, takenBy: 'directory' }]))
  const { counterpartyIds, contactPersonIds, recordIds } = row.subject
  await bus.erase({ ids: [...counterpartyIds, ...contactPersonIds, ...recordIds], marks: [...marks, ...audit] })
  await forgetAnswers(bus, row.requests)
  await exec(pool, sql`update subject_request set state = 'done', done_at = ${now()} where id = ${id} and state = 'erasing'`)
}

/** What services told for a file, and the question, leave the log with the file. */
const forgetAnswers = (bus: Bus, requestIds: readonly string[]) =>
  bus.erase({ ids: requestIds, marks: ['vitrylo.privacy.part.', 'vitrylo.privacy.asked.'].map((topics) => ({ topics, beforeId: undefined })) })

export function subjectSweeps(deps: Deps): Sweep[] {
  const { pool, now } = deps
  const look = async (): Promise<void> => {
    await inTx(pool, async (tx) => {
      for (const id of await erasedEverywhere(tx)) await forgetLater(tx, id)
    })
    // With them or not at all: nobody asks for those that are expired again.
    await inTx(pool, async (tx) => {
      const ids = await expireRequests(tx, now())
      if (ids.length > 0) await enqueue(tx, FORGET_ANSWERS, { ids })
    })
  }
  const restored = subjectSweep({ pool, now, places, applied: (tx, subject) => aroundErased(tx, subject) })
  const first = async (): Promise<void> => {
    await cleanRestored(deps)
    await restored.first?.()
  }
  return [{ ...restored, first }, { name: 'requests of data subjects', everyMs: SWEEP_MS, first: look, each: look }]
}

const TOLD_BY = ['contacts', 'sales', 'servicedesk', 'telephony', 'directory', 'privacy'].map((name) => ({ topics: `vitrylo.${name}.`, beforeId: undefined }))

/**
 * The log was restored with the rest: what it tells of persons who were erased since goes first. The register has cleaned it
 * before anything ran; this is for a log that was not among its databases. Facts of the audit go when directory has taken them.
 * What services have told since they erased again stays, for whoever starts later: it is how a nameless record gets here.
 */
async function cleanRestored({ pool, bus }: Deps): Promise<void> {
  const rows = await many<{ ids: string[]; erased_at: Date }>(pool, sql`select counterparty_ids || contact_person_ids || record_ids as ids, erased_at from erased_subject where applied_at is null`)
  for (const { ids, erased_at } of rows) await bus.erase({ ids, marks: TOLD_BY.map((mark) => ({ ...mark, before: erased_at })) })
}
