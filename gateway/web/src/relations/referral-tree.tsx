import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { Counterparty, ReferralGraph, ReferralNode } from '../api/types.ts'
import { money } from '../lib/format.ts'
import { PartError } from '../ui/part-error.tsx'
import { More } from './organisation-tree.tsx'

type Side = 'brought' | 'broughtBy'

const sums = (won: { amount: string; currency: string }[]) => won.map((one) => money(one)).join(' + ')

/** Who brought the client, and whom it brought, with what was won there. */
export function ReferralTree({ party }: { party: Counterparty }) {
  const { t } = useTranslation()
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['counterparties', party.id, 'referralGraph'],
    queryFn: ({ signal }) => get<ReferralGraph>(`counterparties/${party.id}:referralGraph`, undefined, signal),
  })
  const nodes = data?.nodes ?? []
  return (
    <div className="blk" aria-busy={isFetching}>
      <h2><span className="grow">{t('relations.referrals')}</span></h2>
      {error ? <PartError error={error} what={t('relations.referrals')} onRetry={() => void refetch()} /> : null}
      {nodes.length === 1 ? <p className="meta blk-none">{t('relations.noReferrals')}</p> : null}
      {(['broughtBy', 'brought'] as const).map((side) => {
        const own = nodes.filter(({ distance }) => (side === 'brought' ? distance > 0 : distance < 0))
        if (own.length === 0) return null
        return (
          <section key={side}>
            <h3 className="rel-side">{t(`relations.${side}`)}{side === 'brought' && data!.brought.length > 0 ? <span className="count num"> {t('relations.wonThere', { sum: sums(data!.brought) })}</span> : null}</h3>
            <Branch nodes={own} of={party.id} side={side} more={moreOf(nodes[0]!, own, party.id, side)} />
          </section>
        )
      })}
    </div>
  )
}

/** Of the counterparty itself the answer counts only those whom it brought. */
const moreOf = (node: ReferralNode, nodes: ReferralNode[], id: string, side: Side) =>
  node.distance === 0 && side === 'broughtBy' ? 0 : node.furtherCount - nodes.filter(({ nextId }) => nextId === id).length

function Branch({ nodes, of, side, more }: { nodes: ReferralNode[]; of: string; side: Side; more: number }) {
  const next = nodes.filter(({ nextId }) => nextId === of)
  if (next.length === 0) return null
  return (
    <ul className="tree-list">
      {next.map((node) => (
        <li key={node.id}>
          <span className="node">
            <Link to="/counterparties/$id" params={{ id: node.id }} search={{ tab: 'relations' }}>{node.displayName}</Link>
            {node.won.length > 0 ? <span className="meta num">{sums(node.won)}</span> : null}
          </span>
          <Branch nodes={nodes} of={node.id} side={side} more={moreOf(node, nodes, node.id, side)} />
        </li>
      ))}
      {more > 0 ? <li><More count={more} filter={`${side === 'brought' ? 'referrers' : 'referrals'}.any(counterpartyId = "${of}")`} /></li> : null}
    </ul>
  )
}
