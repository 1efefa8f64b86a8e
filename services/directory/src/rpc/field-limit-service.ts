import { fieldCellOf } from '@vitrylo/auth'
import type { FieldLimitServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/field_limit_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { fieldLimitsOf, replaceFieldLimits } from '../group/field-limit-sql.ts'
import { publishGrants } from '../group/grant-sql.ts'
import { getGroup, lockGroup, updateGroup } from '../group/group-sql.ts'
import { assertLimitsExist } from '../group/limitable.ts'
import { assertMayRule } from '../integration/assert-may-give.ts'

export function fieldLimitService({ pool, rights }: Deps): Handlers<FieldLimitServiceServer> {
  return {
    listFieldLimits: async ({ groupId }, { caller }) => {
      // The etag first: what changes meanwhile makes it old, never what it is given with.
      const { id, etag } = await getGroup(pool, caller, groupId)
      return { limits: await fieldLimitsOf(pool, id), etag }
    },
    setFieldLimits: ({ groupId, limits, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertMayRule(caller)
        const cells = limits.map(fieldCellOf)
        assertLimitsExist(cells, rights.data())
        const group = await lockGroup(tx, caller, 'manage', groupId, etag)
        await replaceFieldLimits(tx, groupId, cells)
        const saved = await updateGroup(tx, group, now)
        await publishGrants(tx, saved)
        return { limits: await fieldLimitsOf(tx, groupId), etag: saved.etag }
      }),
  }
}
