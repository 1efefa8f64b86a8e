import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus, IconShieldCheck } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { ConsentPurpose } from '../api/types.ts'
import { date, number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
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
  useKeys([{ combo: 'c', label: 'consents.addPurpose', command: true, run: create }], mayManage)
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
    <>
      <ViewBar title={t('tree.consentPurposes')} range={records.isPending ? '' : t('ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        {mayManage ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('ui.create')}</Button> : null}
      </ViewBar>
      <DataGrid
        label={t('tree.consentPurposes')} records={records} columns={columns} onOpen={setOpen}
        card={(row) => (
          <div className="grow">
            <div className="n">{nameButton(row)}</div>
            <div className="l"><span className="cut soft">{row.text?.[language]}</span></div>
            <div className="l"><span className="soft">{t('consents.versionOf', { version: row.version })}</span>{state(row)}</div>
          </div>
        )}
        empty={<Empty icon={IconShieldCheck} title={t('consents.noPurposes')} text={t('consents.noPurposesHint')}>{mayManage ? <Button tone="primary" size="lg" combo="c" onClick={create}>{t('consents.addPurpose')}</Button> : null}</Empty>}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
      <Suspense fallback={null}>
        {open ? <PurposeForm {...(open === 'new' ? {} : { record: open })} readOnly={!mayManage} onClose={() => setOpen(undefined)} /> : null}
      </Suspense>
    </>
  )
}
