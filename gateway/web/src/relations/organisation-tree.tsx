import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { ChartNode, Counterparty, OrganisationChart } from '../api/types.ts'
import { number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { PartError } from '../ui/part-error.tsx'

type Look = { nodes: ChartNode[]; partyId: string; onCentre: (id: string) => void }

/** Who stands above whom, as a list in lists: it is read aloud with its levels, and every name is a link. */
export function OrganisationTree({ party }: { party: Counterparty }) {
  const { t } = useTranslation()
  const [centre, setCentre] = useState(party.id)
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['counterparties', centre, 'organisationChart'],
    queryFn: ({ signal }) => get<OrganisationChart>(`counterparties/${centre}:organisationChart`, undefined, signal),
  })
  const nodes = data?.nodes ?? []
  const root = nodes[0]
  const alone = nodes.length === 1 && root?.childCount === 0
  return (
    <div className="blk" aria-busy={isFetching}>
      <h2>
        <span className="grow">{t('relations.organisation')}</span>
        {centre !== party.id ? <Button size="sm" tone="quiet" onClick={() => setCentre(party.id)}>{t('relations.back', { name: party.displayName })}</Button> : null}
      </h2>
      {error ? <PartError error={error} what={t('relations.organisation')} onRetry={() => void refetch()} /> : null}
      {alone ? <p className="meta blk-none">{t('relations.noOrganisation')}</p> : null}
      {data?.hasMoreAbove && root ? <Button size="sm" tone="quiet" onClick={() => setCentre(root.id)}>{t('relations.above')}</Button> : null}
      {root && !alone ? <ul className="tree-list"><Node node={root} look={{ nodes, partyId: party.id, onCentre: setCentre }} /></ul> : null}
    </div>
  )
}

function Node({ node, look }: { node: ChartNode; look: Look }) {
  const { t } = useTranslation()
  const below = look.nodes.filter(({ parentId }) => parentId === node.id)
  const more = node.childCount - below.length
  return (
    <li>
      <span className={`node ${node.id === look.partyId ? 'on' : ''}`}>
        {node.id === look.partyId ? <b aria-current="true">{node.displayName}</b> : <Link to="/counterparties/$id" params={{ id: node.id }} search={{ tab: 'relations' }}>{node.displayName}</Link>}
        {below.length === 0 && more > 0 ? (
          <Button size="sm" tone="quiet" aria-label={t('relations.showBelow', { name: node.displayName })} onClick={() => look.onCentre(node.id)}>+{number(more)}</Button>
        ) : null}
      </span>
      {below.length > 0 ? (
        <ul>
          {below.map((one) => <Node key={one.id} node={one} look={look} />)}
          {more > 0 ? <li><More count={more} filter={`parents.any(counterpartyId = "${node.id}")`} /></li> : null}
        </ul>
      ) : null}
    </li>
  )
}

/** What has no room in the picture stands in the list. */
export function More({ count, filter }: { count: number; filter: string }) {
  const { t } = useTranslation()
  return <Link className="node soft" to="/counterparties" search={{ filter } as never}>{t('relations.more', { count, shown: number(count) })}</Link>
}
