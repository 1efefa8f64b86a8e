import { invalid } from '@vitrylo/errors'
import { dayOf } from '@vitrylo/lists'
import { sql } from '@vitrylo/pg'
import type { RelationServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { applyMask, newId, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { dayViolations } from '../counterparty/complete-counterparty.ts'
import { organisationChart } from '../relation/chart-sql.ts'
import { normalRelation, referenceViolations, relationViolations } from '../relation/complete-relation.ts'
import { referralGraph } from '../relation/referral-sql.ts'
import { findRelationKind, getRelationKind } from '../relation/relation-kind-sql.ts'
import {
  beyondReach, deleteRelation, getRelation, insertRelation, listRelations, lockEnds, lockRelation, updateRelation,
} from '../relation/relation-sql.ts'

const WRITABLE = ['startDate', 'endDate', 'note'] as const

export function relationService({ pool }: Pick<Deps, 'pool'>): Handlers<RelationServiceServer> {
  return {
    getRelation: ({ id }, { caller }) => getRelation(pool, caller, id),
    listRelations: (request, call) => listRelations(pool, call, request),
    createRelation: ({ relation }, { caller, now, transact }) =>
      transact(async (tx) => {
        const next = normalRelation({ ...relation!, id: newId() })
        const kind = await findRelationKind(tx, next.kindId, sql`for key share`)
        const ends = await lockEnds(tx, caller, [next.fromId, next.toId])
        const wrong = [...relationViolations(next), ...referenceViolations(next, kind, new Set(ends.keys()))]
        if (wrong.length > 0) throw invalid(wrong)
        if (![...ends.values()].some(({ mayChange }) => mayChange)) throw beyondReach()
        const named = { ...next, fromName: ends.get(next.fromId)!.name, toName: ends.get(next.toId)!.name }
        return insertRelation(tx, named, kind!, caller, now)
      }),
    updateRelation: ({ relation, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockRelation(tx, caller, relation!.id, relation!.etag)
        const { next, changed } = applyMask(current, normalRelation(relation!), updateMask, WRITABLE)
        if (changed.length === 0) return current
        const wrong = relationViolations(next)
        if (wrong.length > 0) throw invalid(wrong)
        return updateRelation(tx, next, changed, await getRelationKind(tx, next.kindId), caller, now)
      }),
    deleteRelation: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        const gone = await lockRelation(tx, caller, id, etag)
        await deleteRelation(tx, gone, await getRelationKind(tx, gone.kindId), caller, now)
        return {}
      }),
    getOrganisationChart: ({ counterpartyId, date }, call) => organisationChart(pool, call.caller, counterpartyId, dayAsked(date, call)),
    getReferralGraph: ({ counterpartyId, date }, call) => referralGraph(pool, call.caller, counterpartyId, dayAsked(date, call)),
  }
}

function dayAsked(date: string, { now, timeZone }: Pick<Call, 'now' | 'timeZone'>): string {
  const wrong = dayViolations(date, 'date')
  if (wrong.length > 0) throw invalid(wrong)
  return date || dayOf(now, timeZone)
}
