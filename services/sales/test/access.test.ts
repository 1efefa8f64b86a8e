import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { OpportunityAccessServiceService as Access } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_access_service.ts'
import { CreateOpportunityRequest, OpportunityServiceService as Opportunities, UpdateOpportunityRequest } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { SetSharesRequest } from '@vitrylo/proto/vitrylo/sharing/v1/sharing.ts'
import { people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { sales } from '../src/index.ts'
import { importFile } from './rig.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(sales)
})
afterAll(() => service.stop())

const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const create = () =>
  service.call(Opportunities.createOpportunity, CreateOpportunityRequest.fromPartial({ opportunity: { title: 'Партія борошна' } }), { as: 'nadia' })
const share = (recordId: string, shares: object[], as: PersonName = 'nadia') =>
  service.call(Access.setShares, SetSharesRequest.fromPartial({ recordId, shares: shares as never[] }), { as })
const sees = (id: string, as: PersonName) => refusal(service.call(Opportunities.getOpportunity, { id }, { as }))
const rename = (id: string, as: PersonName) =>
  refusal(service.call(Opportunities.updateOpportunity, UpdateOpportunityRequest.fromPartial({ opportunity: { id, title: 'Інша' }, updateMask: ['title'] }), { as }))
const becomes = (answer: string, id: string, as: PersonName) => until(async () => (await sees(id, as)) === answer, { timeoutMs: 5_000 })

test('a share opens one record to somebody who reaches no other, and ends by its date', async () => {
  const [one, other] = [await create(), await create()]
  expect(await sees(one.id, 'bohdan')).toBe('NOT_FOUND NOT_FOUND')
  await share(one.id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW' }])
  await becomes('accepted', one.id, 'bohdan')
  expect([await sees(other.id, 'bohdan'), await rename(one.id, 'bohdan')]).toEqual(['NOT_FOUND NOT_FOUND', 'PERMISSION_DENIED RECORD_VIEW_ONLY'])
  expect(await rename(other.id, 'bohdan')).toBe('NOT_FOUND NOT_FOUND')
  const { opportunities } = await service.call(Opportunities.listOpportunities, { pageSize: 0, pageToken: '', filter: '', orderBy: '' }, { as: 'bohdan' })
  expect(opportunities.map(({ id }) => id)).toEqual([one.id])
  await share(one.id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE', untilTime: new Date(Date.now() + 4_000) }])
  await until(async () => (await rename(one.id, 'bohdan')) === 'accepted')
  await becomes('NOT_FOUND NOT_FOUND', one.id, 'bohdan')
})

test('who has no right at all in the section is let in to the shared record by their group', async () => {
  const { id } = await create()
  expect(await sees(id, 'nobody')).toBe('PERMISSION_DENIED RIGHT_MISSING')
  await share(id, [{ holder: people.nobody.id, action: 'ACTION_VIEW' }, { holder: 'telephonists', action: 'ACTION_VIEW' }])
  await becomes('accepted', id, 'nobody')
  await becomes('accepted', id, 'taras')
  await share(id, [])
  await becomes('PERMISSION_DENIED RIGHT_MISSING', id, 'nobody')
})

test('only who may change a record shares it, with those who exist', async () => {
  const { id } = await create()
  expect(await refusal(share(id, [], 'bohdan'))).toBe('NOT_FOUND NOT_FOUND')
  expect(await refusal(share(id, [{ holder: 'no-such', action: 'ACTION_VIEW' }]))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(share(id, [{ holder: people.olena.id, action: 'ACTION_DELETE' }]))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})

// Seen failing: shares counted among the rights by which one shares: Bohdan's day became for good; then only the new
// owner judged: he took the record for his own.
test('who was let in neither prolongs that, nor passes it on, nor makes the record theirs', async () => {
  const { id } = await create()
  const untilTime = new Date(Date.now() + 3_600_000)
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE', untilTime }])
  await until(async () => (await rename(id, 'bohdan')) === 'accepted')
  expect(await refusal(share(id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE' }], 'bohdan'))).toBe('PERMISSION_DENIED RECORD_VIEW_ONLY')
  await expect(share(id, [{ holder: people.nobody.id, action: 'ACTION_VIEW' }], 'bohdan')).rejects.toMatchObject({ reason: 'RECORD_VIEW_ONLY', metadata: { deed: 'share' } })
  const own = UpdateOpportunityRequest.fromPartial({ opportunity: { id, ownerId: people.bohdan.id }, updateMask: ['owner_id'] })
  expect(await refusal(service.call(Opportunities.updateOpportunity, own, { as: 'bohdan' }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
  const { shares } = await service.call(Access.listShares, { recordId: id }, { as: 'nadia' })
  expect(shares).toMatchObject([{ holder: people.bohdan.id, untilTime }])
})

const access = async (id: string, as: PersonName) => (await service.call(Opportunities.getOpportunity, { id }, { as })).access

// Seen failing with the shares left out of what decides: nothing of a change for Bohdan.
test('a record that is read says what its reader may do with it, and by whom they were let in', async () => {
  const { id } = await create()
  const untilTime = new Date(Date.now() + 3_600_000)
  expect(await access(id, 'nadia')).toMatchObject({ actions: ['ACTION_CHANGE', 'ACTION_DELETE'], share: true, givenBy: '', untilTime: undefined })
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW', untilTime }, { holder: people.nadia.id, action: 'ACTION_VIEW' }])
  await becomes('accepted', id, 'bohdan')
  expect(await access(id, 'bohdan')).toEqual({ actions: [], share: false, givenBy: people.nadia.id, untilTime })
  expect(await access(id, 'nadia')).toMatchObject({ share: true, givenBy: '' })
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE' }])
  await until(async () => (await rename(id, 'bohdan')) === 'accepted')
  expect(await access(id, 'bohdan')).toEqual({ actions: ['ACTION_CHANGE'], share: false, givenBy: people.nadia.id, untilTime: undefined })
})

// Seen failing: what told the audit of a share was told of itself, without the record.
test('the audit tells of one share once, with its record', async () => {
  const { id } = await create()
  const told = async () => (await service.recorded()).filter(({ recordId }) => recordId === id)
  const before = (await told()).length
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW' }])
  expect((await told()).slice(before)).toMatchObject([{ method: 'OpportunityAccessService.SetShares', section: 'opportunities', recordId: id, actorId: people.nadia.id }])
})

// Seen failing: of a row only the new owner was judged.
test('nor by a file: its rows change the record where it is', async () => {
  const { id, number } = await create()
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE' }])
  await until(async () => (await rename(id, 'bohdan')) === 'accepted')
  const rules = ImportRules.fromPartial({ keys: ['number'] })
  const { errors } = await importFile(service, `number,title,owner\n${number},Чужа,bohdan\n`, { as: 'bohdan', rules })
  expect(errors).toMatchObject([{ field: 'owner', rule: 'scope' }])
  expect((await importFile(service, `number,title,note\n${number},Чужа,за згодою\n`, { as: 'bohdan', rules })).done).toMatchObject({ updated: 1n, failed: 0n })
  expect(await service.call(Opportunities.getOpportunity, { id }, { as: 'nadia' })).toMatchObject({ ownerId: people.nadia.id, note: 'за згодою' })
})

// Seen failing with the lock left out (both were accepted) and with the etag not compared.
test('of two who share a record by the same state the second is told, and nothing of the first is lost', async () => {
  const { id } = await create()
  const { etag } = await service.call(Access.listShares, { recordId: id }, { as: 'nadia' })
  const set = (holder: string) =>
    service.call(Access.setShares, SetSharesRequest.fromPartial({ recordId: id, shares: [{ holder, action: 'ACTION_VIEW' }] as never[], etag }), { as: 'nadia' })
  const answers = await Promise.all([people.bohdan.id, people.olena.id, people.taras.id].map((holder) => refusal(set(holder))))
  expect(answers.toSorted()).toEqual(['ABORTED ETAG_MISMATCH', 'ABORTED ETAG_MISMATCH', 'accepted'])
  const left = await service.call(Access.listShares, { recordId: id }, { as: 'nadia' })
  expect(left.shares).toHaveLength(1)
  expect(left.etag).not.toBe(etag)
  // What is the same has the same etag, whoever asks.
  expect((await service.call(Access.listShares, { recordId: id })).etag).toBe(left.etag)
})

const told = async (id: string) => (await service.published()).filter(({ type, key }) => type.endsWith('RecordSharesChanged') && key === id)
const list = (recordId: string) => service.call(Access.listShares, { recordId }, { as: 'nadia' })

// Seen failing with `assertEnds` left out (accepted), and with the former shares not known to it (refused beside a new one).
test('no share is given for a time that is over; one that has ended stays in the list beside new ones', async () => {
  const { id } = await create()
  const past = { holder: people.bohdan.id, action: 'ACTION_VIEW', untilTime: new Date(Date.now() - 1) }
  expect(await refusal(share(id, [past]))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  const soon = { ...past, untilTime: new Date(Date.now() + 1_500) }
  await share(id, [soon])
  await until(() => Date.now() > soon.untilTime.getTime())
  expect((await share(id, [soon, { holder: people.olena.id, action: 'ACTION_VIEW' }])).shares).toHaveLength(2)
})

// Seen failing without `endShares` in `deleteOpportunity`, and with the clock alone as the revision.
test('a record that is removed ends its shares; what is told of one record always has a higher revision, whatever the clock', async () => {
  const { id } = await create()
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW' }])
  await service.pool.query(`update record_share_revision set revision = revision + 3600000 where record_id = $1`, [id])
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_CHANGE' }])
  await service.call(Opportunities.deleteOpportunity, { id, etag: '' }, { as: 'nadia' })
  expect((await service.pool.query('select holder from record_share where record_id = $1', [id])).rows).toEqual([])
  const events = await told(id)
  expect(events.map(({ data }) => (data.shares as unknown[] | undefined)?.length ?? 0)).toEqual([1, 1, 0])
  const [first, second, third] = events.map(({ revision }) => Number(revision))
  expect(second! > first! + 3_000_000 && third === second! + 1).toBe(true)
  expect(await refusal(list(id))).toBe('NOT_FOUND NOT_FOUND')
})

// Seen failing without `for key share`: the share outlived its record.
test('of one who removes a record and one who shares it at once, nothing is left of the share', async () => {
  for (let i = 0; i < 12; i++) {
    const { id } = await create()
    await Promise.all([share(id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW' }]).catch(() => {}), service.call(Opportunities.deleteOpportunity, { id, etag: '' }, { as: 'nadia' })])
    expect((await service.pool.query('select holder from record_share where record_id = $1', [id])).rows).toEqual([])
  }
})

test('the service that has the record explains who may what with it', async () => {
  const { id } = await create()
  const why = async (name: PersonName) => {
    const { allowed, grounds } = await service.call(Access.explainAccess, { recordId: id, employeeId: people[name].id, action: 'ACTION_VIEW' })
    return [allowed, ...grounds.map(({ outcome, group, scope }) => `${outcome} ${group} ${scope}`)]
  }
  expect(await why('nadia')).toEqual([true, 'OUTCOME_ALLOWS sales-managers SCOPE_DEPARTMENT'])
  expect(await why('bohdan')).toEqual([false, 'OUTCOME_OUT_OF_REACH sales-managers SCOPE_DEPARTMENT'])
  expect(await why('nobody')).toEqual([false])
  await share(id, [{ holder: people.bohdan.id, action: 'ACTION_VIEW' }])
  expect(await why('bohdan')).toEqual([true, `OUTCOME_ALLOWS ${people.bohdan.id} SCOPE_UNSPECIFIED`, 'OUTCOME_OUT_OF_REACH sales-managers SCOPE_DEPARTMENT'])
})
