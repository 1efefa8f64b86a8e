import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMutation } from '@tanstack/react-query'
import { IconPhoneIncoming, IconServer2 } from '@tabler/icons-react'
import { post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Pbx } from '../api/types.ts'
import { number, phone, when } from '../lib/format.ts'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { toast, toastError } from '../ui/toast.ts'

const PbxForm = lazy(() => import('./pbx-form.tsx'))
const route = getRouteApi('/pbxes')

const tones: Record<string, Tone> = { up: 'good', connecting: 'info', down: 'bad', refused: 'bad', disabled: 'neutral' }

export function PbxLinkState({ pbx }: { pbx: Pbx }) {
  const { t } = useTranslation()
  const state = pbx.link?.state ?? 'connecting'
  return <Status tone={tones[state] ?? 'neutral'} title={pbx.link?.lastError ?? ''}>{t(`words.linkState.${state}`)}</Status>
}

function useTestCall() {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: (id: string) => post<{ extension: string; callerNumber: string }>(`pbxes/${id}:testCall`, {}),
    onSuccess: ({ extension, callerNumber }) => toast(t('pbx.testPlaced'), t('pbx.testPlacedHint', { extension, number: phone(callerNumber) })),
    onError: (error) => toastError(t('pbx.testFailed'), error),
  })
}

/** Telephone exchanges: where they are, whether the link stands, and a call to try it. */
export default function PbxesPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const test = useTestCall()
  const records = useRecords<Pbx>('pbxes', 'pbxes', {})
  const opened = useRecord<Pbx>('pbxes', search.open).data
  const mayCreate = can('pbxes', 'create')
  const mayTest = can('pbxes', 'manage')
  const create = () => change({ create: true })
  const testButton = (row: Pbx) => (mayTest ? <Button size="sm" icon={IconPhoneIncoming} busy={test.isPending && test.variables === row.id} disabled={row.disabled} onClick={() => test.mutate(row.id)}>{t('pbx.test')}</Button> : null)
  const columns: GridColumn<Pbx>[] = [
    { id: 'name', head: 'pbx.name', cell: (row) => <Link className="name cut" from="/pbxes" to="/pbxes" search={(before) => ({ ...before, open: row.id })}>{row.name}</Link> },
    { id: 'state', head: 'pbx.link', width: 150, cell: (row) => <PbxLinkState pbx={row} /> },
    { id: 'since', head: 'pbx.since', width: 130, cell: (row) => <span className="num soft">{when(row.link?.since)}</span> },
    { id: 'host', head: 'pbx.address', width: 150, cell: (row) => <span className="soft">{row.host}:{row.port}</span> },
    { id: 'version', head: 'pbx.version', width: 90, spare: 1, cell: (row) => <span className="soft">{row.link?.serverVersion}</span> },
    { id: 'branch', head: 'parties.branch', width: 100, cell: (row) => <span className="soft">{names.branch(row.branchId)}</span> },
    { id: 'extensions', head: 'pbx.extensions', width: 148, right: true, cell: (row) => number(row.extensions.length) },
    { id: 'test', head: 'pbx.testHead', width: 180, cell: testButton },
  ]
  return (
    <ListPage
      title={t('tree.pbxes')} create={mayCreate && { label: 'pbx.create', run: create }} empty={{ icon: IconServer2, title: t('pbx.empty'), text: t('pbx.emptyHint') }}
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <>
          <div className="grow">
            <div className="n"><Link className="cut" from="/pbxes" to="/pbxes" search={(before) => ({ ...before, open: row.id })}>{row.name}</Link></div>
            <div className="l"><span className="cut">{row.host}:{row.port}</span></div>
            <div className="l"><PbxLinkState pbx={row} /></div>
          </div>
          {testButton(row)}
        </>
      )}
    >
      {search.create ? <PbxForm onClose={() => change({ create: undefined })} /> : null}
      {search.open && opened ? <PbxForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} /> : null}
    </ListPage>
  )
}
