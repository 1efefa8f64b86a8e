import { cellOf } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import type { GroupServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { keepingAdministrable } from '../group/administrable.ts'
import { deleteGrantsOf, insertGrants, publishGrants } from '../group/grant-sql.ts'
import { deleteGroup, getGroup, groupTitles, insertGroup, listGroups, lockGroup, updateGroup } from '../group/group-sql.ts'
import { assertCellsExist } from '../group/sections.ts'
import { assertMayRule } from '../integration/assert-may-give.ts'

const LEAST_REQUESTS = 60

/** One page asks for a dozen things at once: who had less could not even undo it. */
function assertLivable(requestsPerMinute: number): void {
  if (requestsPerMinute === 0 || requestsPerMinute >= LEAST_REQUESTS) return
  throw invalid([{ field: 'group.requestsPerMinute', rule: 'range', description: `must be 0 or at least ${LEAST_REQUESTS}` }])
}

export function groupService({ pool }: Deps): Handlers<GroupServiceServer> {
  return {
    getGroup: ({ id }, { caller }) => getGroup(pool, caller, id),
    listGroups: (request, call) => listGroups(pool, call, request),
    listGroupTitles: async () => ({ titles: await groupTitles(pool) }),
    createGroup: ({ group }, { now, transact }) =>
      transact(async (tx) => {
        assertLivable(group!.requestsPerMinute)
        const saved = await insertGroup(tx, { ...group!, id: newId() }, now)
        await publishGrants(tx, saved)
        return saved
      }),
    updateGroup: ({ group, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockGroup(tx, caller, 'change', group!.id, group!.etag)
        const { next, changed } = applyMask(current, group!, updateMask, ['title', 'requestsPerMinute', 'bulkReadsPerHour'])
        if (changed.length === 0) return current
        assertLivable(next.requestsPerMinute)
        const saved = await updateGroup(tx, next, now)
        if (changed.includes('requestsPerMinute') || changed.includes('bulkReadsPerHour')) await publishGrants(tx, saved)
        return saved
      }),
    deleteGroup: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        const group = await lockGroup(tx, caller, 'delete', id, etag)
        await publishGrants(tx, group, true)
        await keepingAdministrable(tx, () => deleteGroup(tx, id))
        return {}
      }),
    setGrants: ({ groupId, cells, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertMayRule(caller)
        const words = cells.map(cellOf)
        assertCellsExist(words, (index) => `cells[${index}].`)
        const group = await lockGroup(tx, caller, 'manage', groupId, etag)
        await keepingAdministrable(tx, async () => {
          await deleteGrantsOf(tx, groupId)
          await insertGrants(tx, groupId, words)
        })
        const saved = await updateGroup(tx, group, now)
        return { grants: await publishGrants(tx, saved), etag: saved.etag }
      }),
  }
}
