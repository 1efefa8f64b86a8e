import { invalid } from '@vitrylo/errors'
import { violationsOfQuestion, type Asker } from '@vitrylo/lists'
import { customFacts } from '@vitrylo/custom'
import type { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import type { RetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import { countReached, reachedBy } from '../retention/reach.ts'
import { deleteRule, getRule, insertRule, listRules, lockRule, updateRule } from '../retention/rule-sql.ts'

const SHOWN = 50
const WRITABLE = ['displayName', 'filter', 'ageMonths', 'enabled'] as const

export function retentionRuleService({ pool, rights }: Pick<Deps, 'pool' | 'rights'>): Handlers<RetentionRuleServiceServer> {
  function assertGood(rule: RetentionRule, asker: Asker): void {
    const question = { resource: rule.resource, filter: rule.filter, orderBy: '' }
    const wrong = [...textViolations({ displayName: rule.displayName, filter: rule.filter }), ...violationsOfQuestion(question, asker, customFacts(rights.data(), rule.resource))]
    if (wrong.length > 0) throw invalid(wrong)
  }
  return {
    getRetentionRule: ({ id }, { caller }) => getRule(pool, caller, id),
    listRetentionRules: (request, call) => listRules(pool, call, request),
    createRetentionRule: ({ retentionRule }, call) =>
      call.transact(async (tx) => {
        const rule = { ...retentionRule!, id: newId(), authorId: call.caller.employeeId ?? '' }
        assertGood(rule, call)
        return insertRule(tx, rule, call.now)
      }),
    updateRetentionRule: ({ retentionRule, updateMask }, call) =>
      call.transact(async (tx) => {
        const current = await lockRule(tx, call.caller, retentionRule!.id, retentionRule!.etag)
        const { next, changed } = applyMask(current, retentionRule!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        const rule = { ...next, authorId: call.caller.employeeId ?? '' }
        assertGood(rule, call)
        return updateRule(tx, rule, call.now)
      }),
    deleteRetentionRule: ({ id }, { caller, transact }) =>
      transact(async (tx) => {
        await lockRule(tx, caller, id)
        await deleteRule(tx, id)
        return {}
      }),
    previewRetentionRule: async ({ id }, call) => {
      const rule = await getRule(pool, call.caller, id)
      const [count, items] = [await countReached(pool, rule, call), await reachedBy(pool, rule, call, SHOWN)]
      return { count, items: items.map(({ id: record, name, since }) => ({ id: record, displayName: name, sinceTime: since })) }
    },
  }
}
