import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconShieldCheck } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { ConsentPurpose } from '../api/types.ts'
import { date, number } from '../lib/format.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status } from '../ui/status.tsx'
import { useConsentPurposes } from './purposes.ts'
import './consents.css'

const PurposeForm = lazy(() => import('./purpose-form.tsx'))

/** What consents are asked for, with the text of each. */
export default function PurposesPage() {
  const { t } = useTranslation()
  const { language } = useConsentPurposes()
  const [open, setOpen] = useState<ConsentPurpose | 'new'>()
  const records = useRecords<ConsentPurpose>('consent-purposes', 'consentPurposes')
  const mayManage = useCan()('counterparties', 'manage')
  const create = () => setOpen('new')
  const nameButton = (row: ConsentPurpose) => <button type="button" className="name cut" onClick={() => setOpen(row)}>{row.name?.[language]}</button>
  const state = (row: ConsentPurpose) => (row.archived ? <Status tone="neutral">{t('relations.archived')}</Status> : null)
  const columns: GridColumn<ConsentPurpose>[] = [
    { id: 'name', head: 'consents.purpose', width: 260, cell: nameButton },
    { id: 'text', head: 'consents.text', cell: (row) => <span className="soft cut">{row.text?.[language]}</span> },
    { id: 'version', head: 'consents.version', width: 90, right: true, cell: (row) => number(row.version) },
    { id: 'updated', head: 'parties.updated', width: 120, spare: 1, cell: (row) => <span className="num soft">{date(row.updateTime!)}</span> },
    { id: 'state', head: 'relations.state', width: 130, cell: state },
  ]
  return (
    <ListPage
      title={t('tree.consentPurposes')} create={mayManage && { label: 'consents.addPurpose', run: create }} empty={{ icon: IconShieldCheck, title: t('consents.noPurposes'), text: t('consents.noPurposesHint') }}
      records={records} columns={columns} onOpen={setOpen}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{row.text?.[language]}</span></div>
          <div className="l"><span className="soft">{t('consents.versionOf', { version: row.version })}</span>{state(row)}</div>
        </div>
      )}
    >
      {open ? <PurposeForm {...(open === 'new' ? {} : { record: open })} readOnly={!mayManage} onClose={() => setOpen(undefined)} /> : null}
    </ListPage>
  )
}
