import type { Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { SubjectAskedEvent } from '@vitrylo/proto/events.ts'
import type { SubjectRequestServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import type { SubjectRequest } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request.ts'
import { answerOf, heedHolds, messageOf, newId, type Deps, type Handlers } from '@vitrylo/service'
import { invalid } from '@vitrylo/errors'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import { channelsOf, digestsOf } from '../subject/channels.ts'
import { eraseSubject } from '../subject/erase-subject.ts'
import { subjectFile } from '../subject/subject-file.ts'
import { places } from '../subject/places.ts'
import { foundRecords, fromRequestRow, getRequest, insertRequest, listRequests, saveErasing } from '../subject/request-sql.ts'
import { holdsOn } from '../subject/hold-sql.ts'
import { findSubject, type Found } from '../subject/subject-of.ts'

type Asking = { kind: 'file' | 'erasure'; action: string; found: Found; ground: string; caller: Caller; now: Date }

export function subjectRequestService({ pool }: Pick<Deps, 'pool'>): Handlers<SubjectRequestServiceServer> {
  return {
    getSubjectRequest: async ({ id }, { caller, now }) => {
      const row = await getRequest(pool, caller, 'view', id)
      const waits = row.kind === 'erasure' && (row.state === 'collecting' || row.state === 'ready')
      return { ...fromRequestRow(row), holds: waits ? await holdsOn(pool, caller, row.subject, now) : [] }
    },
    listSubjectRequests: (request, call) => listRequests(pool, call, request),
    requestSubjectFile: ({ ground, ...named }, { caller, now, transact }) =>
      transact(async (tx) => ask(tx, { kind: 'file', action: 'export', found: await findSubject(tx, caller, 'export', named), ground, caller, now })),
    downloadSubjectFile: ({ id }, { caller }) => subjectFile(pool, caller, id),
    previewErasure: ({ ground, ...named }, { caller, now, transact }) =>
      transact(async (tx) => ask(tx, { kind: 'erasure', action: 'delete', found: await findSubject(tx, caller, 'delete', named), ground, caller, now })),
    eraseSubject: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        await heedHolds(tx)
        const row = await getRequest(tx, caller, 'delete', id)
        if (row.state === 'erasing' || row.state === 'done') return fromRequestRow(row)
        if (row.kind !== 'erasure' || row.state !== 'ready') throw notPreviewed(id)
        const isParty = row.subject_kind === 'counterparty'
        const named = { counterpartyId: isParty ? row.subject_id : '', contactPersonId: isParty ? '' : row.subject_id }
        const { subject: known, place, erased } = await findSubject(tx, caller, 'delete', named, true)
        const found = await foundRecords(tx, id)
        const subject = { ...known, recordIds: [...new Set([...known.recordIds, ...found.recordIds])] }
        // The record before the request: an erasure empties all requests of the person, and another one would hold its own.
        const locked = await getRequest(tx, caller, 'delete', id, true)
        if (locked.state === 'erasing' || locked.state === 'done') return fromRequestRow(locked)
        if (erased) throw alreadyErased(subject.id)
        if (locked.state !== 'ready') throw notPreviewed(id)
        const [hold] = await holdsOn(tx, caller, subject, now)
        if (hold !== undefined) throw new AppError('FAILED_PRECONDITION', 'ON_HOLD', 'a hold forbids to erase them; whoever may manage privacy ends it first', { id: hold.id })
        if (found.recordIds.length > 0) assertTheirs(id, found.by, await channelsOf(tx, known))
        const eventId = await eraseSubject(tx, subject, { requestId: id, actorId: caller.employeeId ?? '', place }, now)
        await saveErasing(tx, id, subject, eventId, now)
        return fromRequestRow(await getRequest(tx, caller, 'delete', id))
      }),
  }
}

const notPreviewed = (id: string) => new AppError('FAILED_PRECONDITION', 'NOT_PREVIEWED', 'nothing is erased before its preview is complete', { id })
const alreadyErased = (id: string) => new AppError('FAILED_PRECONDITION', 'ERASED', 'the person was erased; nothing but the id is known', { id })

/** What an unknown sender said is the person's while the phone or address is: nobody decides on less, or on more, than the preview has shown. */
function assertTheirs(id: string, by: readonly string[], channels: readonly string[]): void {
  const now = new Set(digestsOf(id, channels))
  if (by.length > 0 && by.every((digest) => now.has(digest))) return
  throw new AppError('FAILED_PRECONDITION', 'PREVIEW_OUTDATED', 'a phone or mail address by which records were found is no longer theirs alone: preview the erasure again', { id })
}

/** Enters a request and asks everybody. */
async function ask(tx: Tx, { kind, action, found: { subject, place, erased }, ground, caller, now }: Asking): Promise<SubjectRequest> {
  if (erased) throw alreadyErased(subject.id)
  const wrong = textViolations({ ground })
  if (wrong.length > 0) throw invalid(wrong)
  const id = newId()
  const [channels, content] = [await channelsOf(tx, subject), kind === 'file']
  await insertRequest(tx, { id, kind, subject, place, ground: ground.trim(), actor: caller.employeeId ?? '', channels: content ? [] : channels }, now)
  await appendOutbox(tx, [
    { type: SubjectAskedEvent, key: id, revision: 1, time: now, data: { requestId: id, subject: messageOf({ ...subject, channels }), content } },
    ...(await answerOf(tx, 'contacts', places, { requestId: id, subject, content }, now)),
  ])
  return fromRequestRow(await getRequest(tx, caller, action, id))
}
