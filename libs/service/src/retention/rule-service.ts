import { isAmong } from '@vitrylo/auth'
import { invalid, type Violation } from '@vitrylo/errors'
import { parseFilter, type Asker } from '@vitrylo/lists'
import { newId } from '@vitrylo/pg'
import type { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import type { RetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import type { Deps } from '../define.ts'
import { applyMask } from '../mask.ts'
import type { Handlers } from '../serve.ts'
import { countReached, heldBy, reachedBy } from './reach.ts'
import type { RetentionResource } from './resource.ts'
import { deleteRule, getRule, insertRule, listRules, lockRule, updateRule } from './rule-sql.ts'

const SHOWN = 50
const WRITABLE = ['displayName', 'filter', 'ageMonths', 'enabled'] as const

/** Rules of one service: each has its own, for the records that are with it. */
export function retentionRuleService({ pool }: Pick<Deps, 'pool'>, resources: readonly RetentionResource[]): Handlers<RetentionRuleServiceServer> {
  const resourceOf = (rule: RetentionRule): RetentionResource => {
    const found = resources.find(({ name }) => name === rule.resource)
    if (found === undefined) throw invalid([{ field: 'retentionRule.resource', rule: 'choice', description: `must be one of ${resources.map(({ name }) => name).join(', ')}` }])
    return found
  }
  return {
    getRetentionRule: ({ id }, { caller }) => getRule(pool, caller, id),
    listRetentionRules: (request, call) => listRules(pool, call, request),
    createRetentionRule: ({ retentionRule }, call) =>
      call.transact(async (tx) => {
        const rule = { ...retentionRule!, id: newId(), authorId: call.caller.employeeId ?? '' }
        assertGood(resourceOf(rule), rule, call)
        return insertRule(tx, rule, call.now)
      }),
    updateRetentionRule: ({ retentionRule, updateMask }, call) =>
      call.transact(async (tx) => {
        const current = await lockRule(tx, call.caller, retentionRule!.id, retentionRule!.etag)
        const { next, changed } = applyMask(current, retentionRule!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        const rule = { ...next, authorId: call.caller.employeeId ?? '' }
        assertGood(resourceOf(rule), rule, call)
        return updateRule(tx, rule, call.now)
      }),
    deleteRetentionRule: ({ id }, { caller, transact }) =>
      transact(async (tx) => {
        await lockRule(tx, caller, id)
        await deleteRule(tx, id)
        return {}
      }),
    previewRetentionRule: async ({ id, filter, ageMonths }, call) => {
      const saved = await getRule(pool, call.caller, id)
      const rule = { ...saved, filter: filter ?? saved.filter, ageMonths: ageMonths ?? saved.ageMonths }
      const resource = resourceOf(rule)
      assertGood(resource, rule, call)
      const [count, items, held] = [await countReached(pool, resource, rule, call), await reachedBy(pool, resource, rule, call, SHOWN), await heldBy(pool, resource, rule, call)]
      const hidden = isAmong(call.caller.limits()?.hidden.get(resource.name), resource.nameField)
      return { count, held, items: items.map(({ id: record, name, since }) => ({ id: record, displayName: hidden ? '' : name, sinceTime: since })) }
    },
  }
}

function assertGood({ leastMonths = 1, list }: RetentionResource, rule: RetentionRule, asker: Asker): void {
  const wrong: Violation[] = []
  for (const field of ['displayName', 'filter'] as const) if (rule[field].includes('\0')) wrong.push({ field, rule: 'format', description: 'holds a zero byte' })
  if (rule.ageMonths < leastMonths) wrong.push({ field: 'ageMonths', rule: 'minimum', description: `at least ${leastMonths}: so long the law may ask for them` })
  if (wrong.length > 0) throw invalid(wrong)
  parseFilter(rule.filter, list(asker.caller), asker)
}
