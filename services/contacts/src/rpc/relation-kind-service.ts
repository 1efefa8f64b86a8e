import { invalid, type Violation } from '@vitrylo/errors'
import { RelationChart, type LocalName, type RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import type { RelationKindServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/relation_kind_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import {
  deleteRelationKind, getRelationKind, insertRelationKind, listRelationKinds, lockRelationKind, updateRelationKind,
} from '../relation/relation-kind-sql.ts'

const WRITABLE = ['fromName', 'toName', 'archived'] as const

export function relationKindService({ pool }: Pick<Deps, 'pool'>): Handlers<RelationKindServiceServer> {
  return {
    getRelationKind: ({ id }) => getRelationKind(pool, id),
    listRelationKinds: (request, call) => listRelationKinds(pool, call, request),
    createRelationKind: ({ relationKind }, { now, transact }) => transact((tx) => insertRelationKind(tx, checked({ ...relationKind!, id: newId() }), now)),
    updateRelationKind: ({ relationKind, updateMask }, { now, transact }) =>
      transact(async (tx) => {
        const current = await lockRelationKind(tx, relationKind!.id, relationKind!.etag)
        const { next, changed } = applyMask(current, relationKind!, updateMask, WRITABLE)
        return changed.length === 0 ? current : updateRelationKind(tx, checked(next), now)
      }),
    deleteRelationKind: ({ id, etag }, { transact }) =>
      transact(async (tx) => {
        await lockRelationKind(tx, id, etag)
        await deleteRelationKind(tx, id)
        return {}
      }),
  }
}

const cut = (name: LocalName | undefined): LocalName => ({ uk: name?.uk.trim() ?? '', en: name?.en.trim() ?? '' })

/** As it is stored: both ends of a symmetric kind bear one name. */
function checked(given: RelationKind): RelationKind {
  const fromName = cut(given.fromName)
  const kind = { ...given, fromName, toName: given.symmetric ? fromName : cut(given.toName) }
  const wrong: Violation[] = [...textViolations({ names: [kind.fromName, kind.toName] })]
  for (const [field, name] of [['fromName', kind.fromName], ['toName', kind.toName]] as const) {
    for (const language of ['uk', 'en'] as const) {
      if (name[language] === '') wrong.push({ field: `${field}.${language}`, rule: 'required', description: 'must not be blank' })
    }
  }
  if (kind.symmetric && kind.chart !== RelationChart.UNSPECIFIED) {
    wrong.push({ field: 'symmetric', rule: 'choice', description: 'in a picture one end stands before the other' })
  }
  if (wrong.length > 0) throw invalid(wrong)
  return kind
}
