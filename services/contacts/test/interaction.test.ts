import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AppError } from '@vitrylo/errors'
import { CallCorrectedEvent, CallEndedEvent } from '@vitrylo/proto/events.ts'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as parties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { InteractionServiceService as rpc, type HoldInteractionRequest } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { branches, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { reminderSweep } from '../src/interaction/reminder.ts'
import { organisation, person } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

type As = { as?: keyof typeof people }
const HOUR = 3_600_000
const inHours = (hours: number) => new Date(Math.round(Date.now() / 1000) * 1000 + hours * HOUR)
const firm = async (name: string, as: keyof typeof people = 'olena') => (await service.call(parties.createCounterparty, organisation(name), { as })).id
const party = (id: string) => service.call(parties.getCounterparty, { id })
const plan = (counterpartyIds: string[], more: Partial<Interaction> = {}, as: As = { as: 'olena' }) =>
  service.call(rpc.createInteraction, {
    interaction: Interaction.fromPartial({ kind: 'INTERACTION_KIND_MEETING', subject: 'Показ млина', startTime: inHours(24), counterpartyIds, ...more }),
  }, as)
const change = (interaction: Partial<Interaction> & { id: string }, updateMask: string[], as: As = { as: 'olena' }) =>
  service.call(rpc.updateInteraction, { interaction: Interaction.fromPartial(interaction), updateMask }, as)
const hold = (id: string, more: Partial<HoldInteractionRequest> = {}, as: As = { as: 'olena' }) =>
  service.call(rpc.holdInteraction, { id, etag: '', result: '', nextStep: '', nextStepDate: '', next: undefined, ...more }, as)
const list = async (filter = '', counterpartyId = '', as: As = { as: 'olena' }) =>
  (await service.call(rpc.listInteractions, { filter, counterpartyId, pageSize: 0, pageToken: '', orderBy: '' }, as)).interactions
const history = async (counterpartyId: string, as: As = { as: 'olena' }) =>
  (await service.call(parties.listTimeline, { counterpartyId, pageSize: 0, pageToken: '', sections: ['interactions'], fromTime: undefined, toTime: undefined, kinds: [], actorIds: [] }, as)).entries
const wrong = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(() => undefined, (found: AppError) => found)
  return (error?.violations ?? []).map(({ field, rule }) => `${field} ${rule}`)
}

test('a meeting is planned with people of both sides, and stands on every timeline it concerns', async () => {
  const [first, second] = [await firm('Млин'), await firm('Елеватор')]
  const { id: personId } = await service.call(persons.createContactPerson, person('Оксана', [first]), { as: 'olena' })
  const made = await plan([first, second], { place: 'у них', text: 'узяти зразки', contactPersonIds: [personId], employeeIds: [people.nadia.id, people.olena.id], endTime: inHours(25) })
  expect(made).toMatchObject({ etag: '1', state: 'INTERACTION_STATE_PLANNED', ownerId: people.olena.id, branchId: branches.kyiv, employeeIds: [people.nadia.id], counterpartyIds: [first, second] })
  expect(await service.call(rpc.getInteraction, { id: made.id }, { as: 'olena' })).toEqual({ ...made, counterpartyName: 'Млин' })
  for (const id of [first, second]) {
    expect(await history(id)).toMatchObject([{ kind: 'interaction-planned', recordId: made.id, actorId: people.olena.id, data: { kind: 'meeting', title: 'Показ млина', place: 'у них' } }])
  }
  const card = await service.call(parties.getCounterpartyCard, { id: second }, { as: 'olena' })
  expect(card.planned).toEqual([made])
  const event = (await service.published()).find(({ key }) => key === made.id)!
  expect(event).toMatchObject({ type: 'vitrylo.contacts.v1.InteractionCreated', headers: { section: 'interactions', owner: people.olena.id, branch: branches.kyiv, counterparty: first } })
})

test('every wrong field is named in one answer', async () => {
  const stranger = await firm('Львівська', 'taras')
  const bad = plan([stranger, randomUUID()], {
    subject: ' ', endTime: inHours(1), contactPersonIds: [randomUUID()], employeeIds: [branches.kyiv], nextStepDate: '2026-02-30', ownerId: branches.lviv, text: 'a\0b',
  })
  expect((await wrong(bad)).sort()).toEqual([
    'contactPersonIds[0] reference', 'counterpartyIds[0] reference', 'counterpartyIds[1] reference', 'employeeIds[0] reference', 'endTime range',
    'nextStepDate format', 'ownerId reference', 'subject required', 'text format',
  ])
  expect(await wrong(plan([await firm('Майбутнє')], { state: 'INTERACTION_STATE_HELD' }))).toEqual(['startTime range'])
})

// Seen failing: without `refreshContacts` in updateInteraction the counterparty kept the old next contact.
test('the counterparty knows its next and its last contact after every step', async () => {
  const id = await firm('Кроки')
  const times = async () => {
    const { lastContactTime, nextContactTime } = await party(id)
    return [lastContactTime, nextContactTime]
  }
  const [near, far, farther] = [inHours(24), inHours(72), inHours(100)]
  const first = await plan([id], { startTime: near })
  await plan([id], { startTime: far, kind: 'INTERACTION_KIND_CALL' })
  await plan([id], { startTime: inHours(1), kind: 'INTERACTION_KIND_NOTE' }) // not a contact
  expect(await times()).toEqual([undefined, near])
  await change({ id: first.id, startTime: farther }, ['start_time'])
  expect(await times()).toEqual([undefined, far])
  const past = inHours(-48)
  const held = await plan([id], { startTime: past, state: 'INTERACTION_STATE_HELD', result: 'домовилися' })
  expect(await times()).toEqual([past, far])
  await service.call(rpc.cancelInteraction, { id: (await list('state="planned" AND kind="call"', id))[0]!.id, etag: '', result: 'відмовились' }, { as: 'olena' })
  expect(await times()).toEqual([past, farther])
  await service.call(rpc.deleteInteraction, { id: held.id, etag: '' }, { as: 'olena' })
  expect((await times())[0]).toBeUndefined()
  expect((await party(id)).etag).toBe('1')
})

test('an answered call is a contact, a missed one is none, and one that was another’s is taken back', async () => {
  const [first, second] = [await firm('Здогад'), await firm('Справжній')]
  const at = inHours(-5)
  const call = Call.fromPartial({ id: randomUUID(), state: 'CALL_STATE_ENDED', disposition: 'CALL_DISPOSITION_ANSWERED', startTime: at, branchId: branches.kyiv, talkSeconds: 5 })
  const missed = { ...call, id: randomUUID(), disposition: 'CALL_DISPOSITION_NO_ANSWER' as const, startTime: inHours(-1), counterpartyId: first }
  const told = (type: typeof CallEndedEvent, revision: number, of: Call) => ({ type, key: of.id, revision, branchId: branches.kyiv, ownerId: people.olena.id, data: { call: of } })
  await service.receive(told(CallEndedEvent, 3, { ...call, counterpartyId: first }), told(CallEndedEvent, 3, missed))
  expect((await party(first)).lastContactTime).toEqual(at)
  await service.receive(told(CallCorrectedEvent, 4, { ...call, counterpartyId: second }))
  expect([(await party(first)).lastContactTime, (await party(second)).lastContactTime]).toEqual([undefined, at])
})

test('the forgotten are those without a contact for so long, whom nobody ever spoke with since they were entered', async () => {
  const [old, never, fresh] = [await firm('Давній'), await firm('Нечутий'), await firm('Свіжий')]
  await plan([old], { startTime: inHours(-24 * 40), state: 'INTERACTION_STATE_HELD' })
  await plan([fresh], { startTime: inHours(-24), state: 'INTERACTION_STATE_HELD' })
  await service.pool.query(`update counterparty set created_at = now() - interval '90 days' where id = any($1)`, [[old, never, fresh]])
  const before = inHours(-24 * 30).toISOString()
  const { counterparties } = await service.call(parties.listCounterparties, { filter: `quietSince<"${before}"`, orderBy: 'quietSince', pageSize: 0, pageToken: '' }, { as: 'olena' })
  expect(counterparties.map(({ id }) => id)).toEqual([never, old])
  const planned = await plan([old], { startTime: inHours(5) })
  const { counterparties: soon } = await service.call(parties.listCounterparties, { filter: `nextContactTime>="${planned.startTime!.toISOString()}" AND lastContactTime<"${before}"`, orderBy: '', pageSize: 0, pageToken: '' }, { as: 'olena' })
  expect(soon.map(({ id }) => id)).toEqual([old])
})

test('holding tells the result and may plan the next one in the same step', async () => {
  const id = await firm('Утримання')
  const made = await plan([id])
  const next = { kind: 'INTERACTION_KIND_CALL' as const, subject: 'Спитати рішення', startTime: inHours(48), remindBeforeMinutes: 15 }
  const held = await hold(made.id, { etag: '1', result: 'сподобалось', nextStep: 'рахунок', nextStepDate: '2027-01-10', next })
  expect(held).toMatchObject({ state: 'INTERACTION_STATE_HELD', etag: '2', result: 'сподобалось' })
  expect(held.startTime!.getTime()).toBeLessThanOrEqual(Date.now())
  expect(await hold(made.id, { result: 'удруге' })).toMatchObject({ etag: '2', result: 'сподобалось' })
  const [planned] = await list('state="planned"', id)
  expect(planned).toMatchObject({ subject: 'Спитати рішення', counterpartyIds: [id], ownerId: people.olena.id, remindTime: new Date(next.startTime.getTime() - 15 * 60_000) })
  expect((await history(id)).map(({ kind }) => kind).sort()).toEqual(['interaction-held', 'interaction-planned', 'interaction-planned'])
  await change({ id: made.id, result: 'дуже сподобалось' }, ['result'])
  expect((await history(id)).filter(({ kind }) => kind === 'interaction-held')).toMatchObject([{ id: made.id, data: { result: 'дуже сподобалось', nextStep: 'рахунок' } }])
  await expect(service.call(rpc.cancelInteraction, { id: made.id, etag: '', result: '' }, { as: 'olena' })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'INTERACTION_CLOSED' })
})

test('of many who hold it at once one result stays, and a stale etag changes nothing', async () => {
  const made = await plan([await firm('Разом')])
  const results = await Promise.allSettled(Array.from({ length: 8 }, (_none, n) => hold(made.id, { etag: '1', result: `${n}` })))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(change({ id: made.id, etag: '1', subject: 'x' }, ['subject'])).rejects.toMatchObject({ code: 'ABORTED', reason: 'ETAG_MISMATCH' })
})

// Seen failing: with `true` in the place of the scope taras read, changed and removed it.
test('an interaction of another branch does not exist, through any door, and its past goes with it', async () => {
  const id = await firm('Спільна', 'head')
  await service.pool.query('update counterparty set branch_id = $1 where id = $2', [branches.kyiv, id])
  const made = await plan([id])
  const as = { as: 'taras' as const }
  const missing = { code: 'NOT_FOUND', reason: 'NOT_FOUND' }
  await expect(service.call(rpc.getInteraction, { id: made.id }, as)).rejects.toMatchObject(missing)
  await expect(change({ id: made.id, subject: 'x' }, ['subject'], as)).rejects.toMatchObject(missing)
  await expect(hold(made.id, {}, as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.cancelInteraction, { id: made.id, etag: '', result: '' }, as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.deleteInteraction, { id: made.id, etag: '' }, as)).rejects.toMatchObject(missing)
  expect((await list('', '', as)).map((one) => one.id)).not.toContain(made.id)
  await expect(plan([id], { ownerId: people.taras.id })).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'SCOPE_EXCEEDED' })
  expect(await history(id)).toHaveLength(1)
  await change({ id: made.id, ownerId: people.taras.id, branchId: branches.lviv }, ['owner_id', 'branch_id'], { as: 'head' })
  expect(await history(id)).toEqual([])
  expect((await service.call(parties.getCounterpartyCard, { id }, { as: 'olena' })).planned).toEqual([])
  // He sees the meeting, but not whose it is: the counterparty is of another branch.
  expect(await service.call(rpc.getInteraction, { id: made.id }, as)).toMatchObject({ counterpartyName: '' })
})

const reminders = async (id: string) => (await service.published()).filter(({ key, type }) => key === id && type === 'vitrylo.contacts.v1.InteractionReminded')

test('its owner alone is reminded, once, and once more after a change of time', async () => {
  const made = await plan([await firm('Нагадати')], { startTime: inHours(1), remindBeforeMinutes: 60 })
  await until(async () => (await reminders(made.id)).length > 0)
  expect(await reminders(made.id)).toMatchObject([{ headers: { recipients: people.olena.id }, data: { interaction: { subject: 'Показ млина' } } }])
  await change({ id: made.id, place: 'у нас' }, ['place'])
  await service.pool.query(`select graphile_worker.add_job('remind', json_build_object('id', $1::text))`, [made.id])
  await change({ id: made.id, startTime: inHours(2), remindBeforeMinutes: 120 }, ['start_time', 'remind_before_minutes'])
  await until(async () => (await reminders(made.id)).length > 1)
  await until(async () => (await service.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'remind' and run_at <= now()`)).rowCount === 0)
  expect(await reminders(made.id)).toHaveLength(2)
  // Seen failing with the job in nobody's company: no entry.
  const told = (await service.recorded()).filter(({ method }) => method === 'InteractionReminder')
  expect(told.filter(({ recordId }) => recordId === made.id)).toMatchObject([1, 2].map(() => ({ section: 'interactions', username: 'system', branchId: made.branchId, ownerId: people.olena.id })))
})

test('what is held, cancelled, removed or put off is not reminded of', async () => {
  const id = await firm('Тиша')
  const made = await Promise.all(Array.from({ length: 4 }, () => plan([id], { startTime: inHours(3), remindBeforeMinutes: 5 })))
  const jobs = async () => (await service.pool.query(`select key, run_at from graphile_worker.jobs where key = any($1)`, [made.map((one) => `remind:${one.id}`)])).rows
  expect(await jobs()).toHaveLength(4)
  await hold(made[0]!.id)
  await service.call(rpc.cancelInteraction, { id: made[1]!.id, etag: '', result: '' }, { as: 'olena' })
  await service.call(rpc.deleteInteraction, { id: made[2]!.id, etag: '' }, { as: 'olena' })
  const later = inHours(30)
  await change({ id: made[3]!.id, startTime: later }, ['start_time'])
  expect(await jobs()).toEqual([{ key: `remind:${made[3]!.id}`, run_at: new Date(later.getTime() - 5 * 60_000) }])
})

// Seen failing: without the look at the start of `reminderSweep` the job waited for its dead worker.
test('a process that died over a reminder does not take it along', async () => {
  const made = await plan([await firm('Після смерті')], { startTime: inHours(4), remindBeforeMinutes: 1 })
  await service.pool.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead' where key = $1`, [`remind:${made.id}`])
  await service.pool.query(`update interaction set remind_at = now() where id = $1`, [made.id])
  expect(await reminders(made.id)).toEqual([])
  await reminderSweep(service).first!()
  await until(async () => (await reminders(made.id)).length > 0)
  expect(await reminders(made.id)).toHaveLength(1)
})

test('the plan of a person and the contacts of a counterparty are read from an index', async () => {
  const client = await service.pool.connect()
  await client.query('set enable_seqscan = off')
  const plans = [
    `select * from interaction i where i.state = 'planned' and i.owner_id = '${people.olena.id}' order by starts_at, id limit 50`,
    `select max(p.starts_at) from interaction_party p where p.counterparty_id = '${randomUUID()}' and p.contact and p.state = 'held'`,
    `select max(r.updated_at) from related_record r where r.counterparty_id = '${randomUUID()}' and r.section = 'calls' and r.state = 'answered'`,
    `select * from counterparty c where c.deleted_at is null and coalesce(c.last_contact_at, c.created_at) < now() and c.responsible_id = '${people.olena.id}' order by coalesce(c.last_contact_at, c.created_at), id limit 50`,
  ]
  const used: string[] = []
  for (const text of plans) {
    const { rows } = await client.query(`explain ${text}`)
    used.push(/using (\w+)/.exec(rows.map((row) => row['QUERY PLAN']).join('\n'))?.[1] ?? 'none')
  }
  await client.query('reset enable_seqscan')
  client.release()
  expect(used).toEqual(['interaction_owner', 'interaction_party_contact', 'related_record_answered', 'counterparty_quiet_own'])
})
