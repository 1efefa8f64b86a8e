import { cellOf, identitiesOf, isLive, reachAt, rulesOf, type Identity, type RightsData } from '@vitrylo/auth'
import { Scope, type EffectiveRight } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import type { GrantServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { explain, type Deps, type Handlers } from '@vitrylo/service'
import { getEmployee } from '../employee/employee-sql.ts'
import { assertAdministrable, deleteGrant, getGrant, insertGrants, listGrants, publishGrants } from '../group/grant-sql.ts'
import { lockGroup, updateGroup } from '../group/group-sql.ts'
import { assertCellsExist, sections } from '../group/sections.ts'

export function grantService({ pool, rights, now }: Deps): Handlers<GrantServiceServer> {
  return {
    getGrant: ({ id }, { caller }) => getGrant(pool, caller, 'view', id),
    listGrants: (request, call) => listGrants(pool, call, request),
    createGrant: ({ grant }, { caller, now: time, transact }) =>
      transact(async (tx) => {
        const cell = cellOf(grant!)
        assertCellsExist([cell], () => 'grant.')
        const group = await lockGroup(tx, caller, 'create', grant!.groupId, '')
        const [saved] = await insertGrants(tx, group.id, [cell])
        await assertAdministrable(tx)
        await publishGrants(tx, await updateGroup(tx, group, time))
        return saved!
      }),
    deleteGrant: ({ id }, { caller, now: time, transact }) =>
      transact(async (tx) => {
        const { groupId } = await getGrant(tx, caller, 'delete', id)
        const group = await lockGroup(tx, caller, 'delete', groupId, '')
        await deleteGrant(tx, id)
        await assertAdministrable(tx)
        await publishGrants(tx, await updateGroup(tx, group, time))
        return {}
      }),
    listSections: async () => ({
      sections: sections.map(({ name, area, actions }) => ({ name, area, actions: actions.map((word) => fromWord(Action, word)) })),
    }),
    explainRight: async ({ employeeId, section, action }, { caller }) => {
      await getEmployee(pool, caller, employeeId)
      return explain(rights.data(), employeeId, { section, action: wordOf(Action, action) }, now())
    },
    listEffectiveRights: async ({ employeeId }, { caller }) => {
      await getEmployee(pool, caller, employeeId)
      const data = rights.data()
      const employee = data.employees.get(employeeId)
      return { rights: effectiveRights(data, identitiesOf(data, employee), now().getTime()) }
    },
  }
}

/** What somebody may do as of now, right by right, and the rules that give or trim it. */
export function effectiveRights(data: RightsData, identities: readonly Identity[], at: number): EffectiveRight[] {
  return sections.flatMap(({ name, actions }) =>
    actions.flatMap((action) => {
      const { reach } = reachAt(data, identities, name, action, at)
      if (reach === undefined) return []
      const rules = identities.flatMap((identity) =>
        rulesOf(data, identity, name, action)
          .filter((rule) => isLive(rule, at) && isLive(identity, at))
          .map((rule) => ({ rule, until: Math.min(rule.until, identity.until), inSteadOf: identity === identities[0] ? undefined : identity.employee?.id })),
      )
      const giving = rules.filter(({ rule }) => rule.effect === 'allow').map(({ rule }) => rule)
      const widest = SCOPES[Math.max(0, ...giving.map(({ scope }) => SCOPES.indexOf(scope)))]!
      return [{
        section: name,
        action: fromWord(Action, action),
        scope: fromWord(Scope, widest),
        groups: [...new Set(giving.map(({ group }) => group))],
        rules: rules.map(({ rule, until, inSteadOf }) => ({
          group: rule.group,
          deny: rule.effect === 'deny',
          scope: fromWord(Scope, rule.scope),
          untilTime: until === Infinity ? undefined : new Date(until),
          inSteadOf,
        })),
      }]
    }),
  )
}

const SCOPES = ['own', 'department', 'branch', 'all'] as const
