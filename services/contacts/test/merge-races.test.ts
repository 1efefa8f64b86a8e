import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CallEndedEvent } from '@vitrylo/proto/events.ts'
import { inTx, type Tx } from '@vitrylo/pg'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { InteractionServiceService as interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { followMerge } from '@vitrylo/service'
import { besides, startTestService, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { organisation, person } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const create = async (name: string) => (await service.call(counterparties.createCounterparty, organisation(name))).id
const merge = (id: string, mergedId: string) => service.call(merges.mergeCounterparties, { id, mergedId, etag: '', mergedEtag: '', choices: [] })
const follow = (survivorId: string, mergedId: string) => (tx: Tx) =>
  followMerge(tx, { mergeId: randomUUID(), survivorId, mergedId, undone: false }, ['related_record'])

const record = (tx: Pick<Tx, 'query'>, id: string, counterpartyId: string) =>
  tx.query(
    `insert into related_record (section, id, counterparty_id, revision, title, number, state, stage, open, updated_at) values ('calls', $1, $2, 1, '', '', '', '', false, now())`,
    [id, counterpartyId],
  )
const ownerOf = async (id: string): Promise<string> =>
  (await service.pool.query<{ counterparty_id: string }>('select counterparty_id from related_record where id = $1', [id])).rows[0]!.counterparty_id

// Seen failing: with a lock on the merged one alone the record stayed in the middle of the chain.
test('a record that comes for the first of a chain while its end is being made goes to the end', async () => {
  const [first, middle, last, id] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  await inTx(service.pool, follow(middle, first))
  await besides(service.pool, (tx) => record(tx, id, first), () => inTx(service.pool, follow(last, middle)))
  expect(await ownerOf(id)).toBe(last)
})

// Seen failing: with a lock on the merged one alone what was told of the first stayed with the middle one.
test('two merges of one chain that come at once make one way', async () => {
  const [first, middle, last, id] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  await record(service.pool, id, first)
  await besides(service.pool, follow(middle, first), () => inTx(service.pool, follow(last, middle)))
  expect(await ownerOf(id)).toBe(last)
})

// Seen failing: without the lock of the counterparty both stood with the merged one, where nobody finds them.
test('who plans a meeting or enters a person with one that is just being merged is told, and nothing is left behind', async () => {
  const gone = await create('Двійник')
  const planned = { kind: 'INTERACTION_KIND_MEETING' as const, subject: 'Показ', startTime: new Date(Date.now() + 3_600_000), counterpartyIds: [gone] }
  const work = [
    () => service.call(interactions.createInteraction, { interaction: Interaction.fromPartial(planned) }),
    () => service.call(persons.createContactPerson, person('Запізніла', [gone])),
  ]
  const answers: Promise<unknown>[] = []
  await besides(
    service.pool,
    async (tx) => {
      await tx.query('select from counterparty where id = $1 for update', [gone])
      await tx.query('update counterparty set deleted_at = now() where id = $1', [gone])
    },
    () => {
      answers.push(...work.map((each) => each()))
      return Promise.allSettled(answers)
    },
  )
  for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

// Seen failing: with the ids of the event alone the survivor was never spoken with.
test('a late call of the merged one is a contact with the survivor', async () => {
  const [survivor, gone] = [await create('Той, хто лишився'), await create('Той, кого влито')]
  await merge(survivor, gone)
  const startTime = new Date(Math.round(Date.now() / 1000) * 1000 - 3_600_000)
  const call = Call.fromPartial({ id: randomUUID(), state: 'CALL_STATE_ENDED', disposition: 'CALL_DISPOSITION_ANSWERED', startTime, talkSeconds: 5, counterpartyId: gone })
  await service.receive({ type: CallEndedEvent, key: call.id, revision: 1, data: { call } } as never)
  expect(await service.call(counterparties.getCounterparty, { id: survivor })).toMatchObject({ lastContactTime: startTime })
})
