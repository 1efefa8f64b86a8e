import { may } from '@vitrylo/auth'
import { many, sql, type Sql } from '@vitrylo/pg'
import { countOf, type Possession } from '@vitrylo/service'
import { departmentsOf, updateDepartment } from '../department/department-sql.ts'
import { employeesWhere, updateEmployee } from '../employee/employee-sql.ts'
import { integrationAccountsOf, saveIntegrationAccount } from '../integration/integration-account-sql.ts'

const standsIn = (employeeId: string): Sql => sql`e.substitutes <> '[]' and e.substitutes @> ${JSON.stringify([{ employeeId }])}::jsonb`

/** What of this service employees have. */
export const possessions: readonly Possession[] = [
  {
    kind: 'departments',
    count: (db, employeeId, among) => countOf(db, sql`department where head_id = ${employeeId} and ${among(sql`id`)}`),
    async move(tx, { fromId, toId, most, now, among }) {
      const led = await departmentsOf(tx, fromId, most, among)
      for (const department of led) await updateDepartment(tx, { ...department, headId: toId }, now)
      return led.length
    },
  },
  {
    kind: 'saved-filters',
    count: (db, employeeId, among) => countOf(db, sql`saved_filter where owner_id = ${employeeId} and ${among(sql`id`)}`),
    async move(tx, { fromId, toId, most, now, among }) {
      // Nobody loses one of their own to another of the same name.
      const gone = await many(
        tx,
        sql`with theirs as (select id, display_name, resource from saved_filter where owner_id = ${fromId} and ${among(sql`id`)} order by id limit ${most} for update)
            update saved_filter f set owner_id = coalesce(${toId ?? null}::uuid, f.owner_id), revision = revision + 1, updated_at = ${now},
              display_name = case when exists (select from saved_filter o where o.owner_id = ${toId ?? null}::uuid and o.resource = f.resource and o.display_name = f.display_name)
                then left(f.display_name, 150) || ' (' || left(f.id::text, 8) || ')' else f.display_name end
            from theirs where f.id = theirs.id and ${toId ?? null}::uuid is not null returning f.id`,
      )
      return gone.length
    },
  },
  {
    // Whom they stand in for. It gives rights, so only who may give rights passes it on; otherwise it ends.
    kind: 'delegations',
    count: (db, employeeId) => countOf(db, sql`employee e where ${standsIn(employeeId)}`),
    async move(tx, { fromId, toId, caller, most, now }) {
      const absent = await employeesWhere(tx, sql`${standsIn(fromId)} order by e.id limit ${most} for update`)
      const heir = may(caller, 'rights', 'manage') ? toId : undefined
      for (const one of absent) {
        const substitutes = one.substitutes.flatMap((each) => (each.employeeId !== fromId ? each : heir === undefined || heir === one.id ? [] : { ...each, employeeId: heir }))
        await updateEmployee(tx, { ...one, substitutes }, [], now)
      }
      return absent.length
    },
  },
  {
    // Groups give rights: nobody inherits them.
    kind: 'memberships',
    count: (db, employeeId) => countOf(db, sql`(select unnest(groups) from employee where id = ${employeeId}) g`),
    async move(tx, { fromId, now }) {
      const [leaver] = await employeesWhere(tx, sql`e.id = ${fromId} and e.groups <> '{}' for update`)
      if (leaver === undefined) return 0
      await updateEmployee(tx, { ...leaver, groups: [] }, [], now)
      return leaver.groups.length
    },
  },
  {
    kind: 'integration-accounts',
    count: (db, employeeId, among) => countOf(db, sql`integration_account where owner_id = ${employeeId} and revoked_at is null and ${among(sql`id`)}`),
    async move(tx, { fromId, toId, most, now, among }) {
      if (toId === undefined) return 0
      const accounts = await integrationAccountsOf(tx, fromId, most, among)
      for (const account of accounts) await saveIntegrationAccount(tx, { ...account, ownerId: toId }, now)
      return accounts.length
    },
  },
]
