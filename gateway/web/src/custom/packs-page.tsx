import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { labelOf } from '../api/custom-fields.ts'
import { useRecords } from '../api/records.ts'
import type { Pack, PackInstallation, PackPlan } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { toast } from '../ui/toast.ts'
import { ViewBar } from '../ui/view-bar.tsx'
import { detailsText } from './pack-details.ts'
import './custom.css'

type Change = PackPlan['changes'][number]

/** What is done, kind by kind; what stays as it is is not told. */
function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation()
  const shown = changes.filter(({ action }) => action !== 'keep')
  if (shown.every(({ action }) => action === 'send')) return <p className="soft">{t('packs.nothing')}</p>
  return (
    <ul className="pack-list">
      {shown.map(({ kind, resource, name, action, details, label }) => (
        <li key={`${kind} ${resource} ${name}`}>
          <Status tone={action === 'clash' ? 'bad' : action === 'archive' ? 'warn' : 'good'}>{t(`packs.action.${action}`)}</Status>
          <span>{t(`packs.kind.${kind}`)} <b className="medium">{label ? labelOf({ label }) : name}</b></span>
          {resource ? <span className="meta">{t(`words.section.${resource}`)}</span> : null}
          {details.length > 0 ? <span className="meta">{detailsText({ kind, action, details }, t)}</span> : null}
        </li>
      ))}
    </ul>
  )
}

function useRun(pack: Pack, verb: 'install' | 'rollback', onDone: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  return useMutation({
    mutationFn: () => post<PackPlan>(`packs/${pack.name}:${verb}`, {}, { key: key.of([pack.name, verb, pack.installTime]) }),
    onSuccess: () => {
      for (const path of ['packs', 'pack-installations', 'custom-fields', 'custom-sections', 'saved-filters', 'groups', 'me']) void client.invalidateQueries({ queryKey: [path] })
      toast(t(verb === 'install' ? 'packs.done' : 'packs.doneRollback'), labelOf({ label: pack.title }))
      onDone()
    },
  })
}

/** The dry run, and the way from it to the installation. */
function InstallDialog({ pack, onClose }: { pack: Pack; onClose: () => void }) {
  const { t } = useTranslation()
  const plan = useQuery({ queryKey: ['packs', pack.name, 'plan'], queryFn: ({ signal }) => get<PackPlan>(`packs/${pack.name}:preview`, undefined, signal), staleTime: 0 })
  const run = useRun(pack, 'install', onClose)
  const submit = pack.installedVersion > 0 && pack.installedVersion < pack.version ? t('packs.upgrade', { version: pack.version }) : t('packs.install')
  return (
    <FormDialog title={labelOf({ label: pack.title })} submit={submit} onClose={onClose} onSubmit={() => run.mutate()} busy={run.isPending || plan.isPending} error={run.error ?? plan.error} size={760}>
      <div className="w2">
        <p className="soft">{labelOf({ label: pack.description })}</p>
        {plan.data ? <Changes changes={plan.data.changes} /> : <span className="bone" aria-busy="true" />}
      </div>
    </FormDialog>
  )
}

function RollbackDialog({ pack, onClose }: { pack: Pack; onClose: () => void }) {
  const { t } = useTranslation()
  const run = useRun(pack, 'rollback', onClose)
  const { rows } = useRecords<PackInstallation>('pack-installations', 'packInstallations', { filter: `pack = "${pack.name}"`, orderBy: 'createTime desc' })
  const brought = rows.filter(({ action }) => action !== 'rollback').flatMap(({ changes }) => changes)
  /** What people call those of a kind that installations brought. */
  const namesOf = (kind: string) => [...new Set(brought.filter((one) => one.kind === kind && ['create', 'change', 'send'].includes(one.action)).map(({ label, name }) => (label ? labelOf({ label }) : name)))].join(', ')
  const parts = (['filter', 'group', 'pipeline', 'queue'] as const).map((kind) => ({ kind, names: namesOf(kind) })).filter(({ names }) => names !== '')
  return (
    <FormDialog title={t('packs.rollbackTitle', { name: labelOf({ label: pack.title }) })} submit={t('packs.rollback')} tone="bad" onClose={onClose} onSubmit={() => run.mutate()} busy={run.isPending} error={run.error}>
      <p className="w2 soft">{t('packs.rollbackText')}</p>
      {parts.map(({ kind, names }) => <p key={kind} className="w2">{t(`packs.back.${kind}`, { names })}</p>)}
    </FormDialog>
  )
}

function Journal({ titleOf }: { titleOf: (pack: string) => string }) {
  const { t } = useTranslation()
  const { rows, isPending } = useRecords<PackInstallation>('pack-installations', 'packInstallations', { orderBy: 'createTime desc' })
  return (
    <section>
      <h2>{t('packs.journal')}</h2>
      {!isPending && rows.length === 0 ? <p className="meta">{t('packs.noJournal')}</p> : null}
      <ul className="pack-list">
        {rows.map((row) => (
          <li key={row.id}>
            <span className="num">{row.createTime ? dateTime(row.createTime) : ''}</span>
            <span>{titleOf(row.pack)}: {t(`packs.journalAction.${row.action}`)}</span>
            <span className="meta num">{row.fromVersion} → {row.version}, {t('packs.count', { count: row.changes.length })}</span>
            <Person id={row.actor} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Configurations for industries: what is installed, what would change, and the way back. */
export default function PacksPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery({ queryKey: ['packs'], queryFn: ({ signal }) => get<{ packs: Pack[] }>('packs', undefined, signal) })
  const [opened, setOpened] = useState<{ pack: Pack; verb: 'install' | 'rollback' }>()
  const close = () => setOpened(undefined)
  const titleOf = (name: string) => labelOf({ label: data?.packs.find((pack) => pack.name === name)?.title }) || name
  return (
    <>
      <ViewBar title={t('tree.packs')} range="" />
      <div className="packs scroll">
        {error ? <PartError error={error} what={t('tree.packs')} onRetry={() => void refetch()} /> : null}
        {(data?.packs ?? []).map((pack) => (
          <section key={pack.name} className="pack" aria-label={labelOf({ label: pack.title })}>
            <div className="grow">
              <h2>{labelOf({ label: pack.title })}</h2>
              <p className="soft">{labelOf({ label: pack.description })}</p>
            </div>
            {pack.installedVersion > 0 ? <Status tone="good">{t('packs.installed', { version: pack.installedVersion })}</Status> : <Status tone="neutral">{t('packs.notInstalled')}</Status>}
            {pack.installedVersion > 0 && pack.installedVersion < pack.version ? <Status tone="info">{t('packs.newer', { version: pack.version })}</Status> : null}
            <Button onClick={() => setOpened({ pack, verb: 'install' })}>{t('packs.preview')}</Button>
            {pack.installedVersion > 0 ? <Button tone="quiet" onClick={() => setOpened({ pack, verb: 'rollback' })}>{t('packs.rollback')}</Button> : null}
          </section>
        ))}
        <Journal titleOf={titleOf} />
      </div>
      {opened?.verb === 'install' ? <InstallDialog pack={opened.pack} onClose={close} /> : null}
      {opened?.verb === 'rollback' ? <RollbackDialog pack={opened.pack} onClose={close} /> : null}
    </>
  )
}
