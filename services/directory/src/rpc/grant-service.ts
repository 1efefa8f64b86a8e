import { scopeFor, type RightsData } from '@vitrylo/auth'
import { Scope, type EffectiveRight } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import type { GrantServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { getEmployee } from '../employee/employee-sql.ts'
import { assertAdministrable, deleteGrant, getGrant, insertGrants, listGrants, publishGrants } from '../group/grant-sql.ts'
import { lockGroup, updateGroup } from '../group/group-sql.ts'
import { assertCellsExist, sections } from '../group/sections.ts'
import { cellOf } from './group-service.ts'

export function grantService({ pool, rights }: Deps): Handlers<GrantServiceServer> {
  return {
    getGrant: ({ id }, { caller }) => getGrant(pool, caller, 'view', id),
    listGrants: (request, call) => listGrants(pool, call, request),
    createGrant: ({ grant }, { caller, now, transact }) =>
      transact(async (tx) => {
        const cell = cellOf(grant!)
        assertCellsExist([cell], () => 'grant.')
        const group = await lockGroup(tx, caller, 'create', grant!.groupId, '')
        const [saved] = await insertGrants(tx, group.id, [cell])
        await publishGrants(tx, await updateGroup(tx, group, now))
        return saved!
      }),
    deleteGrant: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const { groupId } = await getGrant(tx, caller, 'delete', id)
        const group = await lockGroup(tx, caller, 'delete', groupId, '')
        await deleteGrant(tx, id)
        await assertAdministrable(tx)
        await publishGrants(tx, await updateGroup(tx, group, now))
        return {}
      }),
    listSections: async () => ({
      sections: sections.map(({ name, area, actions }) => ({ name, area, actions: actions.map((word) => fromWord(Action, word)) })),
    }),
    listEffectiveRights: async ({ employeeId }, { caller }) => {
      const { groups, disabled } = await getEmployee(pool, caller, employeeId)
      return { rights: effectiveRights(rights.data(), disabled ? [] : groups) }
    },
  }
}

/** What groups give together, right by right, and which of them give it. */
export function effectiveRights(data: RightsData, groups: readonly string[]): EffectiveRight[] {
  return sections.flatMap(({ name, actions }) =>
    actions.flatMap((action) => {
      const scope = scopeFor(data, groups, name, action)
      if (scope === undefined || scope === 'deny') return []
      const giving = groups.filter((group) => scopeFor(data, [group], name, action) !== undefined)
      return [{ section: name, action: fromWord(Action, action), scope: fromWord(Scope, scope), groups: giving }]
    }),
  )
}
