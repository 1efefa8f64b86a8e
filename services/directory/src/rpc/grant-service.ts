import { cellOf, decideFields, identitiesOf, isLive, limitsAt, reachAt, rulesOf, type Identity, type RightsData } from '@vitrylo/auth'
import { FieldLimitKind, type EffectiveFieldLimit } from '@vitrylo/proto/vitrylo/directory/v1/field_limit.ts'
import { Scope, type EffectiveRight } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import type { GrantServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { explain, type Deps, type Handlers } from '@vitrylo/service'
import { getEmployee } from '../employee/employee-sql.ts'
import { keepingAdministrable } from '../group/administrable.ts'
import { deleteGrant, getGrant, insertGrants, listGrants, publishGrants } from '../group/grant-sql.ts'
import { lockGroup, updateGroup } from '../group/group-sql.ts'
import { fieldsOf } from '../group/limitable.ts'
import { assertCellsExist, sections } from '../group/sections.ts'
import { assertMayRule } from '../integration/assert-may-give.ts'

export function grantService({ pool, rights, now }: Deps): Handlers<GrantServiceServer> {
  return {
    getGrant: ({ id }, { caller }) => getGrant(pool, caller, 'view', id),
    listGrants: (request, call) => listGrants(pool, call, request),
    createGrant: ({ grant }, { caller, now: time, transact }) =>
      transact(async (tx) => {
        assertMayRule(caller)
        const cell = cellOf(grant!)
        assertCellsExist([cell], () => 'grant.')
        const group = await lockGroup(tx, caller, 'create', grant!.groupId, '')
        const [saved] = await keepingAdministrable(tx, () => insertGrants(tx, group.id, [cell]))
        await publishGrants(tx, await updateGroup(tx, group, time))
        return saved!
      }),
    deleteGrant: ({ id }, { caller, now: time, transact }) =>
      transact(async (tx) => {
        assertMayRule(caller)
        const { groupId } = await getGrant(tx, caller, 'delete', id)
        const group = await lockGroup(tx, caller, 'delete', groupId, '')
        await keepingAdministrable(tx, () => deleteGrant(tx, id))
        await publishGrants(tx, await updateGroup(tx, group, time))
        return {}
      }),
    listSections: async () => ({
      sections: sections.map(({ name, area, actions }) => ({
        name, area, actions: actions.map((word) => fromWord(Action, word)), fields: [...fieldsOf(name, rights.data())],
      })),
    }),
    explainRight: async ({ employeeId, section, action }, { caller }) => {
      await getEmployee(pool, caller, employeeId)
      return explain(rights.data(), employeeId, { section, action: wordOf(Action, action) }, now())
    },
    listEffectiveRights: async ({ employeeId }, { caller }) => {
      await getEmployee(pool, caller, employeeId)
      const data = rights.data()
      const employee = data.employees.get(employeeId)
      const identities = identitiesOf(data, employee)
      const at = now().getTime()
      return { rights: effectiveRights(data, identities, at), fieldLimits: effectiveLimits(data, identities, at) }
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

/** What is taken away of fields as of now; of a hidden one every action. */
export function effectiveLimits(data: RightsData, identities: readonly Identity[], at: number): EffectiveFieldLimit[] {
  const { limits } = limitsAt(data, identities, at)
  if (limits === undefined) return []
  return sections.flatMap(({ name: section }) => {
    const fields = fieldsOf(section, data).map(({ name }) => name)
    const decided = new Map(WRITING.map((action) => [action, decideFields(data, identities, { section, action }, at)]))
    return fields.flatMap((field) => {
      const hidden = limits.hidden.get(section)?.has(field) === true
      const actions = WRITING.filter((action) => limits.kept(section, action).has(field))
      if (!hidden && actions.length === 0) return []
      const grounds = actions.flatMap((action) => decided.get(action)!.find((each) => each.field === field)!.grounds)
      const groups = new Set(grounds.filter(({ outcome }) => outcome === 'holds').map(({ rule }) => rule.group))
      return [{
        section, field, groups: [...groups],
        limit: hidden ? FieldLimitKind.HIDE : FieldLimitKind.READ_ONLY,
        actions: actions.map((action) => fromWord(Action, action)),
      }]
    })
  })
}

const WRITING = ['create', 'change']
const SCOPES = ['own', 'department', 'branch', 'all'] as const
