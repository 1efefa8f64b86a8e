// A link by which an employee sets a password: who may make one, for whom, and what leaves of it.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { many, sql } from '@vitrylo/pg'
import { BranchServiceService as Branches, CreateBranchRequest, UpdateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateDepartmentRequest, DepartmentServiceService as Departments } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { GroupServiceService as Groups, SetGrantsRequest } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { SMTPServer } from 'smtp-server'
import { directory } from '../src/index.ts'
import { settle } from './settle.ts'

const URL = 'https://crm.vitrylo.example/realms/vitrylo/invitation'
const OF_BRANCH = [{ section: 'employees', action: 'manage', scope: 'branch' }]

const mails: string[] = []
let isDeaf = false
let smtp: SMTPServer
let service: TestService

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (part: Buffer) => (text += part.toString())).on('end', () => {
        if (isDeaf) return
        mails.push(text)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const { port } = smtp.server.address() as { port: number }
  service = await startTestService(directory, {
    VITRYLO_SMTP_URL: `smtp://127.0.0.1:${port}`, VITRYLO_MAIL_FROM: 'Vitrylo <crm@vitrylo.example>', VITRYLO_MAIL_LANGUAGE: 'uk', VITRYLO_INVITATION_URL: URL, VITRYLO_INVITATION_HOURS: '2',
  })
  await settle(service)
  // Nadia, of Kyiv, manages the employees of her branch and no rights; what the groups give stands in directory's own tables as well.
  await service.pool.query('insert into rights_group (id, name, cells, revision) values ($1, $2, $3, 1)', [people.nadia.id, people.nadia.id, JSON.stringify(OF_BRANCH)])
  await service.pool.query('update rights_version set version = version + 1')
  const give = async (group: string, employeeId: string | null, cells: readonly (readonly [string, string, string])[]) => {
    const { rows } = await service.pool.query<{ id: string }>('insert into user_group (id, name, title, employee_id, revision, created_at, updated_at) values (uuidv7(), $1, $1, $2, 1, now(), now()) returning id', [group, employeeId])
    for (const [section, action, scope] of cells) await service.pool.query('insert into group_grant (id, group_id, section, action, scope) values (uuidv7(), $1, $2, $3, $4)', [rows[0]!.id, section, action, scope])
  }
  await give('telephonists', null, [['requests', 'view', 'branch']])
  await give('sales-managers', null, [['requests', 'view', 'branch'], ['opportunities', 'view', 'department']])
  await give(people.nadia.id, people.nadia.id, [['employees', 'manage', 'branch']])
  await until(async () => (await refusal(invite(people.taras.id, 'nadia'))) === 'NOT_FOUND NOT_FOUND')
})

afterAll(async () => {
  await service?.stop()
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
})

const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const invite = (id: string, as: PersonName | 'machine' = 'admin', key?: string) => service.call(Employees.inviteEmployee, { id }, { as, key })
const invitations = async () => (await service.published()).filter(({ type }) => type.endsWith('EmployeeInvited'))
const plain = (mail: string) => Buffer.from(mail.split('\r\n\r\n').slice(1).join(''), 'base64').toString()

// Seen failing with the token itself in the event, and with the link in the answer that is kept for a repeat.
test('the link is told once and mailed, lives as long as is set, and its secret is kept nowhere', async () => {
  const before = Date.now()
  const { link, expireTime, mailed } = await invite(people.olena.id, 'admin', 'invite-olena')
  expect([link.slice(0, URL.length + 1), mailed]).toEqual([`${URL}/`, true])
  expect(expireTime!.getTime() - before).toBeGreaterThan(2 * 3_600_000 - 1)
  const token = link.slice(URL.length + 1)
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  // Whose answer was lost is told so, and not given an empty link.
  expect(await refusal(invite(people.olena.id, 'admin', 'invite-olena'))).toBe('ABORTED LINK_TOLD')
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatch(/^To: olena@vitrylo\.example/m)
  expect(plain(mails[0]!)).toContain(link)
  expect(plain(mails[0]!)).toContain('Ваш логін: test-olena')
  const [event, ...others] = await invitations()
  expect([event!.key, event!.data, others]).toEqual([people.olena.id, { employeeId: people.olena.id, tokenHash: createHash('sha256').update(token).digest('hex'), expireTime: expireTime!.toISOString(), groups: ['telephonists'], branchId: branches.kyiv }, []])
  const [fact] = (await service.recorded()).filter(({ method, recordId }) => method.endsWith('InviteEmployee') && recordId === people.olena.id)
  expect(fact).toMatchObject({ section: 'employees', action: 'manage', recordId: people.olena.id, actorId: people.admin.id, fields: ['password'] })
  const tables = await many<{ name: string }>(service.pool, sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
  for (const { name } of tables) {
    const { rows } = await service.pool.query(`select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`, [token])
    expect([name, rows.length]).toEqual([name, 0])
  }
})

test('a telephonist invites nobody, and who manages the employees of a branch none of another', async () => {
  expect(await refusal(invite(people.taras.id, 'taras'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(invite(people.taras.id, 'olena'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(invite(people.taras.id, 'nadia'))).toBe('NOT_FOUND NOT_FOUND')
  expect(await refusal(invite('01900000-0000-7000-8000-00000000dead'))).toBe('NOT_FOUND NOT_FOUND')
})

// Seen failing without `assertMayInvite`: whoever managed employees could become an administrator.
test('without managing rights nobody invites one who may do more, be it in the stead of a colleague', async () => {
  await service.pool.query('update employee set groups = $2 where id = $1', [people.owner.id, ['administrators']])
  expect(await refusal(invite(people.owner.id, 'nadia'))).toBe('PERMISSION_DENIED INVITATION_EXCEEDS')
  await service.pool.query('update employee set groups = $2 where id = $1', [people.owner.id, ['telephonists']])
  expect(await refusal(invite(people.owner.id, 'nadia'))).toBe('accepted')
  expect(await refusal(invite(people.ihor.id, 'nadia'))).toBe('accepted')
  const away = [{ employeeId: people.owner.id, fromTime: new Date(), untilTime: new Date(Date.now() + 1e9) }]
  await service.pool.query('update employee set substitutes = $2 where id = $1', [people.admin.id, JSON.stringify(away)])
  expect(await refusal(invite(people.owner.id, 'nadia'))).toBe('PERMISSION_DENIED INVITATION_EXCEEDS')
  expect(await refusal(invite(people.owner.id))).toBe('accepted')
  await service.pool.query(`update employee set substitutes = '[]' where id = $1`, [people.admin.id])
})

// Seen failing with scopes compared by width alone, and without a look at limits of fields.
test('the same right over other records is more, and so is a field that is kept from who invites', async () => {
  const setNadia = async (cells: object[], limits: object[] = []) => {
    await service.pool.query('update rights_group set cells = $2, limits = $3 where name = $1', [people.nadia.id, JSON.stringify(cells), JSON.stringify(limits)])
    await service.pool.query('update rights_version set version = version + 1')
  }
  // She comes to Taras of Lviv then: his telephonists see the requests of Lviv, hers those of Kyiv.
  await setNadia(OF_BRANCH.map((cell) => ({ ...cell, scope: 'all' })))
  await until(async () => (await refusal(invite(people.taras.id, 'nadia'))) === 'PERMISSION_DENIED INVITATION_EXCEEDS')
  expect(await refusal(invite(people.bohdan.id, 'nadia'))).toBe('PERMISSION_DENIED INVITATION_EXCEEDS')
  expect(await refusal(invite(people.ihor.id, 'nadia'))).toBe('accepted')
  const limits = [{ section: 'requests', field: 'phone', limit: 'hide' }]
  await setNadia(OF_BRANCH, limits)
  await until(async () => (await refusal(invite(people.ihor.id, 'nadia'))) === 'PERMISSION_DENIED INVITATION_EXCEEDS')
  expect(await refusal(invite(people.nobody.id, 'nadia'))).toBe('accepted')
  await service.pool.query('insert into rights_group (id, name, cells, limits, revision) values ($1, $2, $3, $4, 1)', [people.ihor.id, people.ihor.id, '[]', JSON.stringify(limits)])
  await setNadia(OF_BRANCH, limits)
  await until(async () => (await refusal(invite(people.ihor.id, 'nadia'))) === 'accepted')
  await setNadia(OF_BRANCH)
})

// Seen failing with the link not ended by what publishes grants, by a substitute, by a department and by a branch; and with every link ended.
test('a link that was judged ends when its employee may do more; one of somebody who manages rights stays', async () => {
  const ended = async (from: number) => (await service.published()).slice(from).filter(({ type }) => type.endsWith('EmployeeInvitationEnded')).map(({ key }) => key)
  const group = async (name: string) => (await service.pool.query<{ id: string }>('select id from user_group where name = $1', [name])).rows[0]!.id
  const setGrants = async (name: string, grants: object[]) => service.call(Groups.setGrants, SetGrantsRequest.fromPartial({ groupId: await group(name), cells: grants as never[] }))
  const change = (id: string, employee: object, updateMask: string[]) => service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id, ...employee }, updateMask }))
  const requests = { section: 'requests', action: 'ACTION_VIEW', scope: 'SCOPE_BRANCH' }
  const { owner, ihor, nobody } = people
  const judged = async (id: string) => {
    await until(async () => (await refusal(invite(id, 'nadia'))) === 'accepted')
    return (await service.published()).length
  }
  let from = await judged(owner.id)
  const own = (await invitations()).findLast(({ key }) => key === owner.id)!
  await setGrants('telephonists', [requests, { ...requests, action: 'ACTION_CREATE' }])
  expect(await ended(from)).toEqual([owner.id])
  expect((await service.published()).slice(from).find(({ type }) => type.endsWith('EmployeeInvitationEnded'))!.revision).toBeGreaterThan(own.revision)
  await setGrants('telephonists', [requests])
  await invite(owner.id)
  await setGrants('telephonists', [requests])
  expect(await ended(from)).toEqual([owner.id])
  from = await judged(nobody.id)
  await change(ihor.id, { substitutes: [{ employeeId: nobody.id, fromTime: new Date(), untilTime: new Date(Date.now() + 1e9) }] }, ['substitutes'])
  expect((await ended(from)).filter((id) => id !== ihor.id)).toEqual([nobody.id])
  await change(ihor.id, { substitutes: [] }, ['substitutes'])
  from = await judged(nobody.id)
  await change(nobody.id, { position: 'сторож' }, ['position'])
  expect(await ended(from)).toEqual([])
  const department = await service.call(Departments.createDepartment, CreateDepartmentRequest.fromPartial({ department: { name: 'Склад', branchId: branches.kyiv } }))
  await change(nobody.id, { departmentId: department.id }, ['department_id'])
  expect(await ended(from)).toEqual([nobody.id])
  from = await judged(nobody.id)
  const branch = await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Ірпінь', code: 'IRP' } }))
  await service.call(Branches.updateBranch, UpdateBranchRequest.fromPartial({ branch: { id: branch.id, parentId: branches.kyiv }, updateMask: ['parent_id'] }))
  expect(await ended(from)).toEqual([nobody.id])
})

test('nobody is invited who cannot sign in, and nobody invites themselves', async () => {
  expect(await refusal(invite(people.admin.id))).toBe('FAILED_PRECONDITION OWN_INVITATION')
  expect(await refusal(invite(people.gone.id))).toBe('FAILED_PRECONDITION EMPLOYEE_DISABLED')
  await service.pool.query(`update employee set left_date = '2020-01-31' where id = $1`, [people.bohdan.id])
  expect(await refusal(invite(people.bohdan.id))).toBe('FAILED_PRECONDITION EMPLOYEE_DISABLED')
  await service.pool.query('update employee set left_date = null, username = null where id = $1', [people.bohdan.id])
  expect(await refusal(invite(people.bohdan.id))).toBe('FAILED_PRECONDITION USERNAME_MISSING')
})

// Seen failing with the time alone: the link made first stayed.
test('a later link replaces the one before, also when the clock went back between them', async () => {
  await service.pool.query('update employee set invitation_revision = $2 where id = $1', [people.olena.id, Date.now() + 3_600_000])
  await invite(people.olena.id)
  await invite(people.olena.id)
  const [first, second] = (await invitations()).filter(({ key }) => key === people.olena.id).slice(-2)
  expect(second!.revision).toBeGreaterThan(first!.revision)
  expect(first!.revision).toBeGreaterThan(Date.now() + 3_500_000)
})

// Seen failing with a letter that is waited for without an end.
test('without an address, or while the mail server says nothing, the link is told all the same', async () => {
  await service.pool.query('update employee set email = null where id = $1', [people.nobody.id])
  expect(await invite(people.nobody.id)).toMatchObject({ link: expect.stringContaining(URL), mailed: false })
  isDeaf = true
  const before = performance.now()
  expect(await invite(people.olena.id)).toMatchObject({ link: expect.stringContaining(URL), mailed: false })
  expect(performance.now() - before).toBeLessThan(10_000)
  isDeaf = false
})

test('where Keycloak signs people in the way there is told', async () => {
  const other = await startTestService(directory, {})
  try {
    await settle(other)
    const told = await other.call(Employees.inviteEmployee, { id: people.olena.id }).catch((error) => error)
    expect([told.code, told.reason, told.metadata.console]).toEqual(['FAILED_PRECONDITION', 'SIGN_IN_ELSEWHERE', expect.stringMatching(/\/admin\/[^/]+\/console\/#\/[^/]+\/users$/)])
  } finally {
    await other.stop()
  }
})
