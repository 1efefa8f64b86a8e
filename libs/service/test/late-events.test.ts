// What was deleted, closed or taken away stays so, whatever older event of it comes late: by a dead letter that is applied again, or from another partition. Asked
// of every handler of every service, of the gateway and of the issuer. Seen failing for a contact person (telephony), a branch and an employee that nobody knew (the
// copies of the rights), an employee, a link and a key (the issuer), and for notices of a record that was handed on (directory).
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rightsHandlers } from '@vitrylo/auth'
import { eventMigrations, type BusEvent, type EventType, type Handler } from '@vitrylo/events'
import { createPool, inTx, many, sql, type Pool } from '@vitrylo/pg'
import { loadContract } from '@vitrylo/proto/contract.ts'
import * as types from '@vitrylo/proto/events.ts'
import type { ServiceDefinition } from '@vitrylo/service'
import { branches, freshDatabase, people, startTestService, type TestService } from '@vitrylo/testkit'
import { groupsOf } from '../../../gateway/src/groups.ts'
import { schema } from '../../../gateway/src/start-gateway.ts'
import { contacts } from '../../../services/contacts/src/index.ts'
import { directory } from '../../../services/directory/src/index.ts'
import { sales } from '../../../services/sales/src/index.ts'
import { serviceDesk } from '../../../services/service-desk/src/index.ts'
import { telephony } from '../../../services/telephony/src/index.ts'
import { directoryHandlers, migrations as issuerMigrations } from '../../../tools/issuer/src/index.ts'

type Consumer = { name: string; pool: Pool; handlers: readonly Handler[] }

const running: TestService[] = []
const pools: Pool[] = []
const consumers: Consumer[] = []

async function startOne(definition: ServiceDefinition): Promise<Consumer> {
  let handlers: Handler[] = []
  const service = await startTestService({
    ...definition,
    handlers: (deps) => (handlers = [...rightsHandlers, ...(definition.handlers?.(deps) ?? [])]),
  })
  running.push(service)
  return { name: definition.name, pool: service.pool, handlers: [...rightsHandlers, ...handlers.slice(rightsHandlers.length)] }
}

async function open(name: string, sets: Parameters<typeof freshDatabase>[1], handlers: readonly Handler[]): Promise<Consumer> {
  const pool = createPool({ url: await freshDatabase(name.replace('-', '_'), sets), name: 'test', max: 2 })
  pools.push(pool)
  return { name, pool, handlers }
}

beforeAll(async () => {
  for (const definition of [contacts, directory, sales, serviceDesk, telephony]) consumers.push(await startOne(definition))
  for (const [group, handlers] of Object.entries(groupsOf(loadContract(), Date.now))) consumers.push(await open(group, schema, handlers))
  consumers.push(await open('issuer', [issuerMigrations, eventMigrations], directoryHandlers))
  // Whoever is told stands in directory's own tables.
  const { pool } = consumers.find(({ name }) => name === 'directory')!
  await pool.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, 'Київ', 'K', 1, now(), now())`, [branch])
  for (const { id } of [people.nadia, people.bohdan]) {
    await pool.query(`insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
      values ($1::uuid, 'Хтось', '', $2, $1::text, '{}', false, '', 1, now(), now())`, [id, branch])
  }
}, 180_000)
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()))
  await Promise.all(pools.map((pool) => pool.end()))
})

/** An event as it comes from the bus; `id` of the record is its key. */
type Told = { type: EventType<any>; key: string; revision: number; data: object; headers?: Record<string, string> }

const busEvent = ({ type, key, revision, data, headers }: Told): BusEvent => ({
  id: randomUUID(), topic: type.topic, key, type: type.type, time: new Date().toISOString(), revision,
  data: type.codec.toJSON(type.codec.fromJSON(data)) as BusEvent['data'], headers: { section: type.section, ...headers },
})

const soon = new Date(Date.now() + 86_400_000).toISOString()
const ago = new Date(Date.now() - 60_000).toISOString()
const [branch, former] = [branches.kyiv, branches.lviv]
const place = { branch }

type Trial = { newest: Told; late: Told[] }

/** By what they are about. Each with what was told last of a record that nobody had heard of, and what was told before and comes after. */
function trials(): Record<string, Trial> {
  const id = randomUUID()
  const of = (type: EventType<any>, revision: number, data: object, headers?: Record<string, string>): Told => ({ type, key: id, revision, data, headers })
  const employee = { id, displayName: 'Хтось', username: `late-${id.slice(0, 8)}`, email: 'late@vitrylo.example', branchId: branch, groups: ['administrators'] }
  const phone = [{ kind: 'CHANNEL_KIND_PHONE', value: '+380671230000', e164: '+380671230000' }]
  const party = { id, displayName: 'Клієнт', kind: 'COUNTERPARTY_KIND_PERSON', branchId: branch, responsibleId: people.nadia.id, channels: phone }
  const request = { id, number: 'З-1', subject: 'Звернення', state: 'REQUEST_STATE_NEW', branchId: former, ownerId: people.bohdan.id, callId: randomUUID() }
  const opportunity = { id, number: 'У-1', title: 'Угода', state: 'OPPORTUNITY_STATE_OPEN', branchId: former, ownerId: people.bohdan.id }
  const call = { id, state: 'CALL_STATE_ENDED', branchId: branch, customerNumber: '+380671230000', direction: 'CALL_DIRECTION_OUTBOUND' }
  const twin = { ...party, id: randomUUID() }
  const merge = { mergeId: randomUUID() }
  const account = { id, name: 'ERP', ownerId: people.admin.id, groups: ['administrators'], scopes: ['*'], keys: [{ clientId: `int-${id}` }] }
  const share = { holder: people.bohdan.id, action: 'ACTION_CHANGE', givenBy: people.admin.id, givenTime: ago }
  const field = { id, resource: 'counterparties', name: 'paper', kind: 'CUSTOM_FIELD_KIND_TEXT', label: { uk: 'Папір', en: 'Paper' } }
  const told = (record: object) => ({ ...record, branchId: branch, ownerId: people.nadia.id })
  return {
    employee: { newest: of(types.EmployeeDeletedEvent, 3, { id }, place), late: [of(types.EmployeeChangedEvent, 2, { employee })] },
    'employee without a name at sign-in': { newest: of(types.EmployeeChangedEvent, 3, { employee: { ...employee, username: undefined, groups: [] } }), late: [of(types.EmployeeChangedEvent, 2, { employee })] },
    branch: { newest: of(types.BranchDeletedEvent, 3, { id }), late: [of(types.BranchChangedEvent, 2, { branch: { id, name: 'Філія', code: 'L' } })] },
    group: {
      newest: of(types.GroupGrantsChangedEvent, 3, { groupId: id, groupName: id }),
      late: [of(types.GroupGrantsChangedEvent, 2, { groupId: id, groupName: id, cells: [{ section: 'counterparties', action: 'ACTION_VIEW', scope: 'SCOPE_ALL' }] })],
    },
    'custom field': {
      newest: of(types.CustomFieldChangedEvent, 3, { customField: { ...field, archived: true } }),
      late: [of(types.CustomFieldChangedEvent, 2, { customField: field })],
    },
    'integration account': {
      newest: of(types.IntegrationAccountChangedEvent, 3, { integrationAccount: { ...account, revokeTime: ago }, secretHashes: { [`int-${id}`]: 'hash' } }),
      late: [of(types.IntegrationAccountChangedEvent, 2, { integrationAccount: account, secretHashes: { [`int-${id}`]: 'hash' } })],
    },
    invitation: {
      newest: of(types.EmployeeInvitationEndedEvent, 3, { employeeId: id }),
      late: [of(types.EmployeeInvitedEvent, 2, { employeeId: id, tokenHash: id, expireTime: soon, groups: [], branchId: branch })],
    },
    shares: {
      newest: of(types.RecordSharesChangedEvent, 3, { section: 'counterparties', recordId: id, shares: [] }),
      late: [of(types.RecordSharesChangedEvent, 2, { section: 'counterparties', recordId: id, shares: [share] })],
    },
    hold: {
      newest: of(types.LegalHoldChangedEvent, 3, { legalHold: { id, counterpartyId: id, endTime: ago } }),
      late: [of(types.LegalHoldChangedEvent, 2, { legalHold: { id, counterpartyId: id } })],
    },
    'contact person': {
      newest: of(types.ContactPersonDeletedEvent, 3, { id }),
      late: [of(types.ContactPersonChangedEvent, 2, { contactPerson: { id, displayName: 'Особа', branchId: branch, channels: phone, positions: [{ counterpartyId: randomUUID() }] } })],
    },
    counterparty: {
      newest: of(types.CounterpartyChangedEvent, 3, { counterparty: { ...party, deleteTime: ago, etag: '3' } }),
      late: [of(types.CounterpartyChangedEvent, 2, { counterparty: { ...party, etag: '2' } }), of(types.CounterpartyCreatedEvent, 1, { counterparty: { ...party, etag: '1' } })],
    },
    merge: {
      newest: of(types.CounterpartyMergeUndoneEvent, 3, { ...merge, survivor: { ...party, etag: '3' }, restored: { ...twin, etag: '3' } }),
      late: [of(types.CounterpartyMergedEvent, 2, { ...merge, survivor: { ...party, etag: '2' }, merged: { ...twin, etag: '2', deleteTime: ago } })],
    },
    request: {
      newest: of(types.RequestAssignedEvent, 3, { request: told(request), actorId: people.admin.id }),
      late: [types.RequestRegisteredEvent, types.RequestChangedEvent, types.RequestTakenEvent, types.RequestAssignedEvent, types.RequestClosedEvent, types.RequestReopenedEvent].map((type) =>
        of(type, 2, { request, actorId: people.admin.id })),
    },
    opportunity: {
      newest: of(types.OpportunityChangedEvent, 3, { opportunity: told(opportunity), actorId: people.admin.id, changedFields: ['ownerId', 'branchId'] }),
      late: [types.OpportunityCreatedEvent, types.OpportunityMovedEvent, types.OpportunityWonEvent, types.OpportunityLostEvent, types.OpportunityReopenedEvent].map((type) => of(type, 2, { opportunity, actorId: people.admin.id }))
        .concat(of(types.OpportunityChangedEvent, 2, { opportunity, actorId: people.admin.id, changedFields: ['ownerId', 'branchId'] })),
    },
    'deleted opportunity': {
      newest: of(types.OpportunityDeletedEvent, 3, { opportunity: { ...opportunity, etag: '3' }, actorId: people.admin.id }),
      late: [of(types.OpportunityMovedEvent, 2, { opportunity, actorId: people.admin.id })],
    },
    call: { newest: of(types.CallCorrectedEvent, 3, { call: { ...call, customerNumber: '' } }), late: [of(types.CallEndedEvent, 2, { call })] },
    interaction: {
      newest: of(types.InteractionChangedEvent, 3, { interaction: told({ id }), changedFields: ['ownerId'] }),
      late: [of(types.InteractionChangedEvent, 2, { interaction: { id, branchId: former, ownerId: people.bohdan.id }, changedFields: ['ownerId'] })],
    },
  }
}

/** Types that tell what was done once, and keep no state of a record that an older one could bring back. */
const DEEDS: ReadonlySet<EventType<any>> = new Set<EventType<any>>([
  types.UsernameEndedEvent, types.SubjectAskedEvent, types.SubjectErasedEvent, types.SubjectPartCollectedEvent, types.SubjectPartErasedEvent, types.HandoverStartedEvent,
  types.HandoverProgressedEvent, types.PackInstalledEvent, types.ImportEndedEvent, types.AccountLockedEvent, types.PasswordChangedEvent, types.BulkReadNoticedEvent,
  types.AuditFactEvent, types.InteractionRemindedEvent,
  // Of an index of a definition, with the definition's revision.
  types.ContactIndexChangedEvent, types.OpportunityIndexChangedEvent, types.RequestIndexChangedEvent,
])

/** Each event is kept there, under its own time and with what its record is now. */
const HISTORY = ['timeline', 'live_event']
const PASSING = ['outbox', 'inbox', 'rights_version']

/** All rows of all tables by now. */
async function rowsOf(pool: Pool): Promise<string[]> {
  const tables = await many<{ name: string }>(pool, sql`select tablename as name from pg_tables where schemaname = 'public' and tablename <> all(${[...HISTORY, ...PASSING]}::text[]) order by 1`)
  const rows: string[] = []
  for (const { name } of tables) {
    const found = await many<{ row: string }>(pool, sql`select t::text as row from ${sql([name])} t order by 1`)
    rows.push(...found.map(({ row }) => `${name} ${row}`))
  }
  return rows
}

async function apply({ pool, handlers }: Consumer, told: Told): Promise<void> {
  const event = busEvent(told)
  const mine = handlers.filter(({ types: known }) => known.includes(event.type))
  await inTx(pool, async (tx) => {
    for (const handler of mine) await handler.handle(tx, [event])
  })
}

const hears = ({ handlers }: Consumer, { type }: Told): boolean => handlers.some(({ types: known }) => known.includes(type.type))

test.each(Object.keys(trials()))('what is told late of one that was told of since changes nothing: %s', async (about) => {
  const changed: string[] = []
  for (const consumer of consumers) {
    const { newest, late } = trials()[about]!
    const heard = late.filter((told) => hears(consumer, told))
    for (const told of heard) {
      await apply(consumer, newest)
      const before = await rowsOf(consumer.pool)
      await apply(consumer, told)
      const after = new Set(await rowsOf(consumer.pool))
      const known = new Set(before)
      changed.push(...[...after].filter((row) => !known.has(row)).map((row) => `${consumer.name} by ${told.type.type}: ${row}`))
    }
  }
  expect(changed).toEqual([])
})

test('every event that anybody hears is tried here, or tells of a deed', () => {
  const tried = new Set(Object.values(trials()).flatMap(({ newest, late }) => [newest, ...late]).map(({ type }) => type.type))
  const deeds = new Set([...DEEDS].map(({ type }) => type))
  const heard = new Set(consumers.filter(({ name }) => name !== 'gateway').flatMap(({ handlers }) => handlers.flatMap((handler) => handler.types)))
  expect([...heard].filter((type) => !tried.has(type) && !deeds.has(type)).sort()).toEqual([])
  expect([...deeds].filter((type) => !heard.has(type))).toEqual([])
})
