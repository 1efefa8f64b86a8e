import { on, type Handler, type Projection } from '@vitrylo/events'
import { exec, sql, type Tx } from '@vitrylo/pg'
import {
  BranchChangedEvent,
  BranchDeletedEvent,
  EmployeeChangedEvent,
  EmployeeDeletedEvent,
  GroupGrantsChangedEvent,
  UsernameEndedEvent,
} from '@vitrylo/proto/events.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import type { Substitute } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { FieldLimitKind, type FieldLimit } from '@vitrylo/proto/vitrylo/directory/v1/field_limit.ts'
import type { WorkingCalendar } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'
import { Scope, type GrantCell } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { customFieldHandlers } from './custom-fields.ts'
import { integrationHandlers } from './integrations.ts'
import type { Cell, FieldCell } from './rights.ts'
import type { StoredCalendar } from './working-calendar.ts'

/** A rule of the contract in the words that rules are stored in. */
export const cellOf = ({ section, action, scope, denyScope, fromTime, untilTime }: GrantCell): Cell => ({
  section,
  action: wordOf(Action, action),
  scope: wordOf(Scope, scope) as Cell['scope'],
  denyScope: denyScope === undefined ? undefined : (wordOf(Scope, denyScope) as Cell['denyScope']),
  from: fromTime?.toISOString(),
  until: untilTime?.toISOString(),
})

/** A limit of a field in the words that it is stored in. */
export const fieldCellOf = ({ section, field, limit, yields, fromTime, untilTime }: FieldLimit): FieldCell => ({
  section,
  field,
  limit: wordOf(FieldLimitKind, limit) as FieldCell['limit'],
  yields,
  from: fromTime?.toISOString(),
  until: untilTime?.toISOString(),
})

const storedOf = ({ week, ...calendar }: WorkingCalendar): StoredCalendar => ({ ...calendar, week: week.map(({ shifts }) => shifts) })

const toSubstitute = ({ employeeId, fromTime, untilTime }: Substitute): object => ({ employeeId, from: fromTime, until: untilTime })

const moveOn = (tx: Tx) => exec(tx, sql`update rights_version set version = version + 1`)

/** Of an employee who was heard of when they were gone, by an event of before that names no branch. */
const NOWHERE = '00000000-0000-0000-0000-000000000000'

/** Keeps a service's copy of the rights in step with directory. Whoever is gone stays, with the revision: what comes late brings nobody back. */
export const rightsHandlers: Handler[] = [
  on(EmployeeChangedEvent, async (tx, { employee }, { revision }) => {
    const e = employee!
    await exec(
      tx,
      sql`insert into rights_employee (id, username, display_name, branch_id, department_id, groups, disabled, external_id, substitutes, revision)
          values (${e.id}, ${e.username ?? null}, ${e.displayName}, ${e.branchId}, ${e.departmentId ?? null}, ${e.groups},
                  ${e.disabled}, ${e.externalId}, ${JSON.stringify(e.substitutes.map(toSubstitute))}, ${revision})
          on conflict (id) do update set username = excluded.username, display_name = excluded.display_name,
            branch_id = excluded.branch_id, department_id = excluded.department_id, groups = excluded.groups,
            disabled = excluded.disabled,
            external_id = excluded.external_id, substitutes = excluded.substitutes, revision = excluded.revision
          where rights_employee.revision < excluded.revision`,
    )
    await moveOn(tx)
  }),
  on(EmployeeDeletedEvent, async (tx, { id }, { revision, headers }) => {
    await exec(
      tx,
      sql`insert into rights_employee (id, display_name, branch_id, groups, disabled, deleted, revision)
          values (${id}, '', ${headers.branch ?? NOWHERE}, '{}', true, true, ${revision})
          on conflict (id) do update set deleted = true, disabled = true, groups = '{}', revision = excluded.revision
          where rights_employee.revision < excluded.revision`,
    )
    await moveOn(tx)
  }),
  on(UsernameEndedEvent, async (tx, { username }) => {
    await exec(tx, sql`insert into rights_former_username (username) values (${username.toLowerCase()}) on conflict do nothing`)
    await moveOn(tx)
  }),
  on(BranchChangedEvent, async (tx, { branch }, { revision }) => {
    const b = branch!
    await exec(
      tx,
      sql`insert into rights_branch (id, parent_id, name, code, calendar, numbering_prefix, revision)
          values (${b.id}, ${b.parentId ?? null}, ${b.name}, ${b.code}, ${b.calendar === undefined ? null : JSON.stringify(storedOf(b.calendar))}::jsonb, ${b.numberingPrefix}, ${revision})
          on conflict (id) do update set parent_id = excluded.parent_id, name = excluded.name, code = excluded.code, calendar = excluded.calendar,
            numbering_prefix = excluded.numbering_prefix, revision = excluded.revision
          where rights_branch.revision < excluded.revision`,
    )
    await moveOn(tx)
  }),
  on(BranchDeletedEvent, async (tx, { id }, { revision }) => {
    await exec(
      tx,
      sql`insert into rights_branch (id, name, deleted, revision) values (${id}, '', true, ${revision})
          on conflict (id) do update set parent_id = null, name = '', code = '', calendar = null, numbering_prefix = '', deleted = true, revision = excluded.revision
          where rights_branch.revision < excluded.revision`,
    )
    await moveOn(tx)
  }),
  on(GroupGrantsChangedEvent, async (tx, { groupId, groupName, cells, fieldLimits, requestsPerMinute, bulkReadsPerHour }, { revision }) => {
    await exec(
      tx,
      sql`insert into rights_group (id, name, cells, limits, requests_per_minute, bulk_reads_per_hour, revision)
          values (${groupId}, ${groupName}, ${JSON.stringify(cells.map(cellOf))}, ${JSON.stringify(fieldLimits.map(fieldCellOf))}, ${requestsPerMinute}, ${bulkReadsPerHour}, ${revision})
          on conflict (id) do update set name = excluded.name, cells = excluded.cells, limits = excluded.limits,
            requests_per_minute = excluded.requests_per_minute, bulk_reads_per_hour = excluded.bulk_reads_per_hour, revision = excluded.revision
          where rights_group.revision < excluded.revision`,
    )
    await moveOn(tx)
  }),
  ...customFieldHandlers,
  ...integrationHandlers,
]

/** The copy made anew from the bus: until that is done nobody has rights in this service. Former names only take away, and stay. */
export const rightsProjection: Projection = {
  name: 'rights',
  handlers: rightsHandlers,
  async clear(tx) {
    await exec(tx, sql`with e as (delete from rights_employee), b as (delete from rights_branch), f as (delete from custom_field_copy), i as (delete from rights_integration) delete from rights_group`)
    await moveOn(tx)
  },
}
