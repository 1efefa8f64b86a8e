import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconPlugConnected } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { IntegrationAccount, IntegrationUse } from '../api/types.ts'
import { date, when } from '../lib/format.ts'
import { useAddress } from '../lib/use-address.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Person } from '../ui/person.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { scopeText } from './scope-text.ts'

const IntegrationForm = lazy(() => import('./integration-form.tsx'))
const route = getRouteApi('/integrations')

const SOON_MS = 14 * 86_400_000

/** In force, about to end, ended, revoked, or without a key. */
function stateOf(row: IntegrationAccount, now = Date.now()): { word: string; tone: Tone } {
  if (row.revokeTime) return { word: 'revoked', tone: 'neutral' }
  const end = row.expireTime ? Date.parse(row.expireTime) : Infinity
  if (end <= now) return { word: 'expired', tone: 'bad' }
  if (row.keys.length === 0) return { word: 'noKey', tone: 'warn' }
  return end - now < SOON_MS ? { word: 'endsSoon', tone: 'warn' } : { word: 'works', tone: 'good' }
}

/** The last use of any of the keys. */
function useLastUses() {
  const uses = useQuery({ queryKey: ['integration-uses'], queryFn: async ({ signal }) => (await get<{ integrationUses: IntegrationUse[] }>('integration-uses', undefined, signal)).integrationUses, refetchInterval: 60_000 }).data ?? []
  return (row: IntegrationAccount) => uses.filter((use) => row.keys.some((key) => key.clientId === use.clientId)).toSorted((a, b) => b.useTime!.localeCompare(a.useTime!))[0]
}

/** Accounts of programs: who answers for them, what they may, when they were used last. */
export default function IntegrationsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const { search, change } = useAddress(route)
  const records = useRecords<IntegrationAccount>('integration-accounts', 'integrationAccounts', { filter: search.state === 'revoked' ? 'revoked = true' : 'revoked = false' })
  const opened = useRecord<IntegrationAccount>('integration-accounts', search.open).data
  const lastUse = useLastUses()
  const may = useCan()('rights', 'manage')
  const create = () => change({ create: true })
  const nameButton = (row: IntegrationAccount) => <button type="button" className="name cut" onClick={() => change({ open: row.id })}>{row.name}</button>
  const state = (row: IntegrationAccount) => {
    const { word, tone } = stateOf(row)
    return <Status tone={tone}>{t(`integrations.is.${word}`)}</Status>
  }
  const used = (row: IntegrationAccount) => {
    const use = lastUse(row)
    return use ? <span className="num soft cut" title={[use.address, use.client].filter(Boolean).join(' · ')}>{when(use.useTime)} · {use.address}</span> : <span className="muted">{t('integrations.never')}</span>
  }
  const columns: GridColumn<IntegrationAccount>[] = [
    { id: 'name', head: 'integrations.name', width: 220, cell: nameButton },
    { id: 'owner', head: 'integrations.owner', width: 190, cell: (row) => <Person id={row.ownerId} /> },
    { id: 'scopes', head: 'integrations.scopes', cell: (row) => <span className="soft cut" title={row.scopes.join(', ')}>{row.scopes.map((scope) => scopeText(scope, t)).join('; ') || t('integrations.nothing')}</span> },
    { id: 'use', head: 'integrations.lastUse', width: 230, cell: used },
    { id: 'expires', head: 'integrations.expireTime', width: 110, spare: 1, cell: (row) => <span className="num soft">{row.expireTime ? date(row.expireTime) : '—'}</span> },
    { id: 'state', head: 'integrations.state', width: 150, cell: state },
  ]
  return (
    <ListPage
      title={t('tree.integrations')} create={may && { label: 'integrations.create', run: create }} empty={{ icon: IconPlugConnected, title: t('integrations.empty'), text: t('integrations.emptyHint') }}
      filters={
        <FilterBar
          fields={[{ name: 'state', label: t('integrations.state'), choices: [{ value: 'revoked', label: t('integrations.is.revoked') }] }]}
          values={search as Record<string, string | undefined>} onChange={(name, value) => change({ [name]: value })}
        />
      }
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{[names.person(row.ownerId), row.scopes.map((scope) => scopeText(scope, t)).join('; ')].filter(Boolean).join(' · ')}</span></div>
          <div className="l">{state(row)}{used(row)}</div>
        </div>
      )}
    >
      {search.create ? <IntegrationForm onClose={() => change({ create: undefined })} onMade={(id) => change({ create: undefined, open: id })} /> : null}
      {search.open && opened ? <IntegrationForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} onMade={() => {}} /> : null}
    </ListPage>
  )
}
