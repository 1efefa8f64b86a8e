import {
  IconAddressBook, IconBriefcase, IconBuilding, IconHeadset, IconSettings, IconShieldLock, IconTicket, IconUserShield, type TablerIcon,
} from '@tabler/icons-react'
import type { Can } from '../api/me.ts'

export type SectionLink = { to: string; label: string; section: string; /** Needed instead of the right to view. */ action?: string }
export type SectionGroup = { name: string; label: string; icon: TablerIcon; links: SectionLink[]; /** Closed until somebody opens it: not the work of every day. */ folded?: true }

/** The tree of this release. What the signed-in person may not view is left out. */
export const groups: SectionGroup[] = [
  {
    name: 'contacts', label: 'tree.contacts', icon: IconAddressBook,
    links: [
      { to: '/counterparties', label: 'tree.counterparties', section: 'counterparties' },
      { to: '/interactions', label: 'tree.interactions', section: 'interactions' },
      { to: '/contact-persons', label: 'tree.persons', section: 'contact-persons' },
      { to: '/consents', label: 'tree.consents', section: 'counterparties' },
      { to: '/duplicates', label: 'tree.duplicates', section: 'counterparties' },
    ],
  },
  { name: 'sales', label: 'tree.sales', icon: IconBriefcase, links: [{ to: '/opportunities', label: 'tree.opportunities', section: 'opportunities' }] },
  { name: 'service', label: 'tree.service', icon: IconTicket, links: [{ to: '/requests', label: 'tree.requests', section: 'requests' }] },
  { name: 'telephony', label: 'tree.telephony', icon: IconHeadset, links: [{ to: '/calls', label: 'tree.calls', section: 'calls' }] },
  {
    name: 'firm', label: 'tree.firm', icon: IconBuilding, folded: true,
    links: [
      { to: '/employees', label: 'tree.employees', section: 'employees' },
      { to: '/branches', label: 'tree.branches', section: 'employees' },
      { to: '/departments', label: 'tree.departments', section: 'employees' },
      { to: '/positions', label: 'tree.positions', section: 'employees', action: 'manage' },
    ],
  },
  {
    name: 'access', label: 'tree.access', icon: IconShieldLock, folded: true,
    links: [
      { to: '/rights', label: 'tree.rights', section: 'rights' },
      { to: '/integrations', label: 'tree.integrations', section: 'rights' },
      { to: '/sessions', label: 'tree.sessions', section: 'sessions', action: 'manage' },
      { to: '/audit', label: 'tree.audit', section: 'audit' },
    ],
  },
  {
    name: 'privacy', label: 'tree.privacy', icon: IconUserShield, folded: true,
    links: [
      { to: '/consent-purposes', label: 'tree.consentPurposes', section: 'counterparties', action: 'manage' },
      { to: '/subject-requests', label: 'tree.subjectRequests', section: 'privacy' },
      { to: '/legal-holds', label: 'tree.legalHolds', section: 'privacy' },
      { to: '/retention-rules', label: 'tree.retention', section: 'privacy', action: 'manage' },
    ],
  },
  {
    name: 'settings', label: 'tree.settings', icon: IconSettings, folded: true,
    links: [
      { to: '/pipelines', label: 'tree.pipelines', section: 'pipelines', action: 'change' },
      { to: '/queues', label: 'tree.queues', section: 'queues', action: 'change' },
      { to: '/pbxes', label: 'tree.pbxes', section: 'pbxes' },
      { to: '/custom-fields', label: 'tree.customFields', section: 'custom-fields', action: 'manage' },
      { to: '/relation-kinds', label: 'tree.relationKinds', section: 'counterparties', action: 'manage' },
      { to: '/packs', label: 'tree.packs', section: 'packs', action: 'manage' },
    ],
  },
]

export function visibleGroups(can: Can): SectionGroup[] {
  return groups
    .map((group) => ({ ...group, links: group.links.filter((link) => can(link.section, link.action)) }))
    .filter((group) => group.links.length > 0)
}
