import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconLock } from '@tabler/icons-react'
import { post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { LegalHold } from '../api/types.ts'
import { dateTime, lastDate, number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { toast } from '../ui/toast.ts'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'

const route = getRouteApi('/legal-holds')
const views = ['active', 'all'] as const

/** What must not be erased: whose data, why, until when, who said so; and the end of it. */
export default function HoldsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const client = useQueryClient()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/legal-holds' })
  const view = search.view ?? 'active'
  const records = useRecords<LegalHold>('legal-holds', 'legalHolds', { filter: view === 'all' ? '' : 'active = true' })
  const [ending, setEnding] = useState<LegalHold>()
  const end = useMutation({
    mutationFn: (row: LegalHold) => post<LegalHold>(`legal-holds/${row.id}:end`, {}),
    onSuccess: (row) => {
      void client.invalidateQueries({ queryKey: ['legal-holds'] })
      setEnding(undefined)
      toast(t('privacy.holdEnded'), row.subjectName)
    },
  })
  // The reason goes with the person.
  const nameOf = (row: LegalHold) => row.subjectName || t(row.reason ? 'privacy.holdOutOfSight' : 'privacy.erased')
  // Whom one does not see opens nothing.
  const open = ({ counterpartyId, contactPersonId, subjectName }: LegalHold) => {
    if (!subjectName) return
    void (counterpartyId ? navigate({ to: '/counterparties/$id', params: { id: counterpartyId } }) : navigate({ to: '/contact-persons', search: { open: contactPersonId } }))
  }
  const name = (row: LegalHold) => {
    if (!row.subjectName) return <span className="cut">{nameOf(row)}</span>
    if (row.contactPersonId) return <Link className="name cut" to="/contact-persons" search={{ open: row.contactPersonId }}>{row.subjectName}</Link>
    return <Link className="name cut" to="/counterparties/$id" params={{ id: row.counterpartyId! }}>{row.subjectName}</Link>
  }
  const state = (row: LegalHold) => <Status tone={row.active ? 'warn' : 'neutral'}>{t(row.active ? 'privacy.holdActive' : 'privacy.holdOver')}</Status>
  const until = (row: LegalHold) => (row.endTime ? dateTime(row.endTime) : row.untilTime ? t('privacy.until', { day: lastDate(row.untilTime) }) : t('privacy.holdForGood'))
  const action = (row: LegalHold) => (row.active && can('privacy', 'manage') ? <Button size="sm" onClick={() => { end.reset(); setEnding(row) }}>{t('privacy.holdEnd')}</Button> : null)
  const columns: GridColumn<LegalHold>[] = [
    { id: 'subject', head: 'privacy.holdWhose', width: 240, cell: name },
    { id: 'reason', head: 'privacy.holdReason', cell: (row) => <span className="cut" title={row.reason}>{row.reason}</span> },
    { id: 'state', head: 'privacy.state', width: 130, cell: state },
    { id: 'until', head: 'privacy.holdTill', width: 150, cell: (row) => <span className="num soft">{until(row)}</span> },
    { id: 'created', head: 'privacy.entered', width: 150, order: 'createTime', spare: 1, cell: (row) => <span className="num">{dateTime(row.createTime!)}</span> },
    { id: 'actor', head: 'privacy.actor', width: 170, spare: 2, cell: (row) => <span className="soft">{names.person(row.actorId)}</span> },
    { id: 'end', head: 'privacy.holdAction', width: 130, cell: action },
  ]
  return (
    <>
      <ViewBar title={t('tree.legalHolds')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })} />
      <ViewTabs label={t('tree.legalHolds')} value={view} onChange={(next) => void navigate({ search: next === 'active' ? {} : { view: 'all' }, replace: true })} tabs={views.map((value) => ({ value, label: t(`privacy.holdView.${value}`) }))} />
      <DataGrid
        label={t('tree.legalHolds')} records={records} columns={columns} onOpen={open}
        card={(row) => (
          <div className="grow">
            <div className="n">{name(row)}</div>
            <div className="l"><span className="cut soft">{row.reason}</span></div>
            <div className="l">{state(row)}<span className="soft num grow">{until(row)}</span>{action(row)}</div>
          </div>
        )}
        empty={<Empty icon={IconLock} title={t('privacy.holdsEmpty')} text={t('privacy.holdsEmptyText')} />}
      />
      {ending ? (
        <FormDialog title={t('privacy.holdEndTitle')} submit={t('privacy.holdEndSubmit')} tone="bad" size={480} onClose={() => setEnding(undefined)} onSubmit={() => end.mutate(ending)} busy={end.isPending} error={end.error}>
          <p className="w2">{t('privacy.holdEndText', { name: nameOf(ending), reason: ending.reason })}</p>
        </FormDialog>
      ) : null}
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
    </>
  )
}
