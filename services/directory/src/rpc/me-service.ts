import { identitiesOf } from '@vitrylo/auth'
import { one, sql } from '@vitrylo/pg'
import type { MeServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { fileMaxOf, type Deps, type Handlers } from '@vitrylo/service'
import { employeeOfUser } from '../employee/employee-sql.ts'
import { effectiveLimits, effectiveRights } from './grant-service.ts'

export function meService({ pool, rights, now, env }: Deps): Handlers<MeServiceServer> {
  const fileMaxBytes = BigInt(fileMaxOf(env))
  return {
    getMe: async (_request, { caller }) => {
      const employee = await employeeOfUser(pool, caller.username)
      const branch = employee && (await one<{ name: string }>(pool, sql`select name from branch where id = ${employee.branchId}`))
      const data = rights.data()
      const identities = identitiesOf(data, data.byUsername.get(caller.username.toLowerCase()), caller.groups)
      return {
        username: caller.username,
        employee,
        branchName: branch?.name ?? '',
        groups: [...caller.groups],
        // A program has what its scopes leave of the rights of its groups.
        rights: effectiveRights(data, identities, now().getTime()).filter(({ section, action }) => caller.reach(section, wordOf(Action, action)) !== undefined),
        fieldLimits: effectiveLimits(data, identities, now().getTime()),
        fileMaxBytes,
      }
    },
  }
}
