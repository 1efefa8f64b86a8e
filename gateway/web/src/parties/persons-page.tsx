import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link } from '@tanstack/react-router'
import { IconPhone, IconPlus, IconUsers } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { ContactPerson, Counterparty } from '../api/types.ts'
import { number } from '../lib/format.ts'
import { useCustomColumns } from '../custom/custom-columns.tsx'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExportMenu } from '../ui/export-menu.tsx'
import { Icon } from '../ui/icon.tsx'
import { Person } from '../ui/person.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { mainChannel, phoneLink, phoneText } from './party.ts'

const PersonForm = lazy(() => import('./person-form.tsx'))
const route = getRouteApi('/contact-persons')

/** The organisation of a person; its name comes with the card's cache or by itself. */
function Organisation({ id }: { id: string | undefined }) {
  const { data } = useRecord<Counterparty>('counterparties', id)
  if (!id) return <span className="muted">—</span>
  return <Link className="cut link-quiet" to="/counterparties/$id" params={{ id }}>{data?.displayName ?? '…'}</Link>
}

export default function PersonsPage() {
  const { t } = useTranslation()
  const can = useCan()
  const { search, change } = useAddress(route)
  const orderBy = search.sort ?? 'displayName'
  const records = useRecords<ContactPerson>('contact-persons', 'contactPersons', { orderBy })
  const opened = useRecord<ContactPerson>('contact-persons', search.open).data
  const mayCreate = can('contact-persons', 'create')
  const create = () => change({ create: true })
  useKeys([{ combo: 'c', label: 'persons.create', command: true, run: create }], mayCreate)
  const custom = useCustomColumns<ContactPerson>('contact-persons')
  const columns: GridColumn<ContactPerson>[] = [
    { id: 'name', head: 'persons.displayName', order: 'displayName', cell: (row) => <Link className="name cut" from="/contact-persons" to="/contact-persons" search={(before) => ({ ...before, open: row.id })}>{row.displayName}</Link> },
    { id: 'position', head: 'persons.position', width: 190, cell: (row) => <span className="soft">{row.positions[0]?.title}</span> },
    { id: 'party', head: 'persons.party', width: 250, cell: (row) => <Organisation id={row.positions[0]?.counterpartyId} /> },
    { id: 'phone', head: 'parties.phone', width: 160, cell: (row) => <span className="num soft">{phoneText(mainChannel(row, 'phone'))}</span> },
    { id: 'email', head: 'parties.email', width: 210, cell: (row) => <span className="soft">{mainChannel(row, 'email')?.value}</span> },
    { id: 'responsible', head: 'parties.responsible', width: 150, cell: (row) => <span className="soft"><Person id={row.responsibleId} /></span> },
    ...custom,
  ]
  return (
    <>
      <ViewBar title={t('tree.persons')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        {can('contact-persons', 'export') ? <ExportMenu path="contact-persons" filter="" orderBy={orderBy} /> : null}
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('ui.create')}</Button> : null}
      </ViewBar>
      <DataGrid
        label={t('tree.persons')} records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })} orderBy={orderBy} onOrderBy={(sort) => change({ sort })}
        card={(row) => {
          const main = mainChannel(row, 'phone')
          return (
            <>
              <div className="grow">
                <div className="n"><Link className="cut" from="/contact-persons" to="/contact-persons" search={(before) => ({ ...before, open: row.id })}>{row.displayName}</Link></div>
                <div className="l"><span className="cut">{row.positions[0]?.title}</span></div>
                <div className="l num">{phoneText(main)}</div>
              </div>
              {main ? <a className="t44" href={phoneLink(main)} aria-label={t('card.callTo', { name: row.displayName })}><Icon of={IconPhone} size={20} /></a> : null}
            </>
          )
        }}
        empty={<Empty icon={IconUsers} title={t('persons.empty')} text={t('persons.emptyHint')}>{mayCreate ? <Button tone="primary" size="lg" combo="c" onClick={create}>{t('persons.create')}</Button> : null}</Empty>}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
      <Suspense fallback={null}>
        {search.create ? <PersonForm onClose={() => change({ create: undefined })} /> : null}
        {search.open && opened ? <PersonForm key={opened.id} person={opened} onClose={() => change({ open: undefined })} /> : null}
      </Suspense>
    </>
  )
}
