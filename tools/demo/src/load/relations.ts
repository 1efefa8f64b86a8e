import type { DemoData } from '../generate.ts'
import { eachAtOnce, type Api } from './api.ts'

type Line = { kind: string; from: string; to: string }

/** Of how many firms of a branch a group consists, and how many clients came by recommendation. */
const GROUP = 9
const REFERRALS = 14

/** In each branch one group of firms in two steps, a partner and a supplier, and clients who brought one another. */
function linesOf({ counterparties }: DemoData): Line[] {
  const branches = Map.groupBy(counterparties.filter(({ body }) => body.kind === 'organisation'), ({ branch }) => branch)
  return [...branches.values()].flatMap((firms) => {
    const ids = firms.map(({ externalId }) => externalId)
    const group = ids.slice(1, GROUP).map((to, at) => ({ kind: 'Parent company', from: ids[at < 3 ? 0 : 1 + (at % 3)]!, to }))
    const brought = ids.slice(GROUP, GROUP + REFERRALS).map((to, at) => ({ kind: 'Referred by', from: ids[at < 4 ? 0 : GROUP + (at >> 1) - 2]!, to }))
    return [...group, ...brought, { kind: 'Partner', from: ids[0]!, to: ids[GROUP]! }, { kind: 'Supplier', from: ids[GROUP + 1]!, to: ids[0]! }]
  })
}

/** Repeatable: a pair that stands in the relation already is passed over. */
export async function loadRelations(api: Api, ids: ReadonlyMap<string, string>, demo: DemoData): Promise<void> {
  const kinds = new Map((await api.all('relation-kinds')).map(({ id, fromName }) => [fromName.en as string, id as string]))
  const there = new Set((await api.all('relations')).flatMap(({ kindId, fromId, toId }) => [`${kindId} ${fromId} ${toId}`]))
  const bodies = linesOf(demo).map(({ kind, from, to }) => ({ kindId: kinds.get(kind)!, fromId: ids.get(from)!, toId: ids.get(to)! }))
  // One after the other: of one group each waits for the other anyway.
  await eachAtOnce(2, bodies.filter(({ kindId, fromId, toId }) => !there.has(`${kindId} ${fromId} ${toId}`)), async (body) => void (await api.post('relations', body)))
}
