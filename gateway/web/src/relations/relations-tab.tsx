import type { Counterparty } from '../api/types.ts'
import { OrganisationTree } from './organisation-tree.tsx'
import { ReferralTree } from './referral-tree.tsx'
import { RelationList } from './relation-list.tsx'
import './relations.css'

/** With whom the counterparty stands in relation, and the two pictures made of that. Read when the tab is opened. */
export default function RelationsTab({ party }: { party: Counterparty }) {
  return (
    <>
      <RelationList party={party} />
      <OrganisationTree party={party} />
      <ReferralTree party={party} />
    </>
  )
}
