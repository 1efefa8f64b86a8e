import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconCheck, IconDownload } from '@tabler/icons-react'
import { address, get, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { filterOf } from '../api/filter.ts'
import type { Employee, Handover, Possession } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Question } from '../ui/question.tsx'
import { HandoverChoices, isChosenSingly, STAYS, type Choice } from './handover-choices.tsx'
import './handover.css'

const places = ['possessions-contacts', 'possessions-sales', 'possessions-requests', 'possessions-directory'] as const
const toNobody = new Set(['memberships'])
const staysNever = new Set(['memberships', 'delegations', 'integration-accounts'])

/** What every service has of the employee; one that does not answer is shown as such. */
function usePossessions(id: string, enabled: boolean) {
  const answers = useQueries({
    queries: places.map((place) => ({
      queryKey: ['employees', id, place], enabled, queryFn: async ({ signal }: { signal: AbortSignal }) => (await get<{ possessions: Possession[] }>(`employees/${id}/${place}`, undefined, signal)).possessions,
    })),
  })
  return { kinds: answers.flatMap(({ data }) => data ?? []), failed: answers.find(({ error }) => error), isPending: answers.some(({ isPending }) => isPending) }
}

/** What somebody has who leaves, to whom it goes, how far it is, and at the end the report. */
export default function HandoverDialog({ employee, onClose }: { employee: Employee; onClose: () => void }) {
  const client = useQueryClient()
  const last = useQuery({
    queryKey: ['handovers', employee.id],
    queryFn: async ({ signal }) => (await get<{ handovers: Handover[] }>('handovers', { filter: filterOf({ employeeId: employee.id }), pageSize: 1 }, signal)).handovers[0] ?? null,
    refetchInterval: ({ state }) => (state.data && !state.data.finishTime ? 1_000 : false),
  })
  const [again, setAgain] = useState(false)
  const shown = last.data && !again ? last.data : undefined
  if (last.isPending) return null
  if (shown) return <Progress handover={shown} name={employee.displayName} onClose={onClose} onAgain={() => setAgain(true)} />
  return (
    <Plan employee={employee} onClose={onClose} onStarted={(begun) => {
      setAgain(false)
      client.setQueryData(['handovers', employee.id], begun)
      void client.invalidateQueries({ queryKey: ['employees'] })
    }} />
  )
}

/** Only what differs from the one receiver is sent. A kind that stays whole has no single records. */
function partsOf(others: Record<string, string>, singles: Record<string, Choice[]>) {
  return [...new Set([...Object.keys(others), ...Object.keys(singles)])].flatMap((kind) => {
    const to = others[kind]
    if (to === STAYS) return { kind, kept: true }
    const choices = (singles[kind] ?? []).filter(({ records }) => records.length > 0).map(({ records, to: receiverId }) => ({ recordIds: records.map(({ value }) => value), ...(receiverId !== null && receiverId !== STAYS && { receiverId }) }))
    return to === undefined && choices.length === 0 ? [] : { kind, ...(to !== undefined && { receiverId: to }), choices }
  })
}

/** How many records go to others, and how many do not: memberships end, whatever is chosen. */
function countsOf(kinds: readonly Possession[], others: Record<string, string>, singles: Record<string, Choice[]>) {
  const parts = kinds.filter(({ kind }) => !toNobody.has(kind)).map(({ kind, count }) => {
    const kept = (singles[kind] ?? []).filter(({ to }) => to === STAYS).reduce((sum, { records }) => sum + records.length, 0)
    return { all: Number(count), stays: others[kind] === STAYS ? Number(count) : kept }
  })
  const stays = parts.reduce((sum, part) => sum + part.stays, 0)
  return { stays: number(stays), moved: number(parts.reduce((sum, part) => sum + part.all, 0) - stays) }
}

type PlanProps = { employee: Employee; onClose: () => void; onStarted: (handover: Handover) => void }

function Plan({ employee, onClose, onStarted }: PlanProps) {
  const { t } = useTranslation()
  const names = useNames()
  const key = useFormKey()
  const [receiver, setReceiver] = useState<string>()
  const [others, setOthers] = useState<Record<string, string>>({})
  const [singles, setSingles] = useState<Record<string, Choice[]>>({})
  const [asking, setAsking] = useState(false)
  const { kinds, failed, isPending } = usePossessions(employee.id, true)
  const start = useMutation({
    mutationFn: () => {
      const body = { receiverId: receiver, parts: partsOf(others, singles) }
      return post<Handover>(`employees/${employee.id}:handOver`, body, { key: key.of(body) })
    },
    onSuccess: onStarted,
  })
  const people = names.employees.filter((one) => !one.disabled && one.id !== employee.id).map((one) => ({ value: one.id, label: one.displayName }))
  const choose = (kind: string, id: string | null) => setOthers(({ [kind]: _before, ...rest }) => (id === null ? rest : { ...rest, [kind]: id }))
  return (
    <FormDialog size={760} title={t('handover.title', { name: employee.displayName })} submit={t('handover.start')} tone="bad" onClose={onClose} onSubmit={() => setAsking(true)} busy={start.isPending || isPending} error={start.error}>
      <p className="meta w2">{t('handover.hint')}</p>
      <div className="w2"><EmployeeSelect required label={t('handover.receiver')} value={receiver} onChange={setReceiver} error={fieldError(start.error, 'receiverId')} /></div>
      {failed ? <div className="w2"><PartError error={failed.error!} what={t('handover.what')} onRetry={() => void failed.refetch()} /></div> : null}
      <table className="w2 handover" aria-busy={isPending}>
        <thead><tr><th scope="col">{t('handover.what')}</th><th scope="col" className="right">{t('handover.count')}</th><th scope="col">{t('handover.to')}</th></tr></thead>
        <tbody>
          {kinds.map(({ kind, count }) => [
            <tr key={kind} className={count === 0 ? 'muted' : ''}>
              <th scope="row">{t(`handover.kind.${kind}`)}</th>
              <td className="right num">{number(count)}</td>
              <td>
                {toNobody.has(kind) ? <span className="soft">{t('handover.ends')}</span> : count === 0 ? '—' : (
                  <Select aria-label={t('handover.toOf', { kind: t(`handover.kind.${kind}`) })} data={staysNever.has(kind) ? people : [{ value: STAYS, label: t('handover.stays') }, ...people]} value={others[kind] ?? null} placeholder={names.person(receiver) ?? t('handover.same')} onChange={(id) => choose(kind, id)} searchable clearable size="xs" />
                )}
              </td>
            </tr>,
            count > 0 && isChosenSingly(kind) && others[kind] !== STAYS ? (
              <tr key={`${kind} singly`}>
                <td colSpan={3}>
                  <HandoverChoices kind={kind} name={t(`handover.kind.${kind}`)} employeeId={employee.id} people={people} choices={singles[kind] ?? []} onChange={(choices) => setSingles((before) => ({ ...before, [kind]: choices }))} />
                </td>
              </tr>
            ) : null,
          ])}
        </tbody>
      </table>
      {asking ? (
        <Question
          tone="bad" title={t('handover.askTitle')} text={t('handover.ask', { name: employee.displayName, ...countsOf(kinds, others, singles) })} submit={t('handover.start')}
          onBack={() => setAsking(false)} onSubmit={() => { setAsking(false); start.mutate() }}
        />
      ) : null}
    </FormDialog>
  )
}

type ProgressProps = { handover: Handover; name: string; onClose: () => void; onAgain: () => void }

function Progress({ handover, name, onClose, onAgain }: ProgressProps) {
  const { t } = useTranslation()
  const names = useNames()
  const { parts, finishTime, createTime, actorId } = handover
  const done = parts.filter((part) => part.done).length
  return (
    <Dialog onClose={onClose} title={t('handover.title', { name })} size={640}>
      <p role="status">{finishTime ? t('handover.done', { time: dateTime(finishTime) }) : t('handover.running', { done, all: parts.length })}</p>
      <progress className="w2" max={parts.length} value={done} aria-label={t('handover.what')} />
      <table className="handover">
        <thead><tr><th scope="col">{t('handover.what')}</th><th scope="col" className="right">{t('handover.moved')}</th><th scope="col">{t('handover.to')}</th></tr></thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.kind} className={part.kept || (part.done && part.moved === 0) ? 'muted' : ''}>
              <th scope="row">{t(`handover.kind.${part.kind}`)}</th>
              <td className="right num">{number(part.moved)} {part.done ? <Icon of={IconCheck} size={14} className="good" /> : '…'}</td>
              <td className="soft">{toNobody.has(part.kind) ? t('handover.ends') : part.kept ? t('handover.stays') : names.person(part.receiverId)}
                {part.choices.map(({ recordIds, receiverId }) => <div key={recordIds[0]} className="meta">{t('handover.singly', { count: recordIds.length, to: names.person(receiverId) ?? t('handover.stay') })}</div>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="meta">{[names.person(actorId), dateTime(createTime!)].filter(Boolean).join(' · ')}</p>
      <div className="form-foot">
        {finishTime ? <a className="link row gap4" href={address(`handovers/${handover.id}:report`)} download><Icon of={IconDownload} size={16} />{t('handover.report')}</a> : null}
        <span className="grow" />
        {finishTime ? <Button size="lg" onClick={onAgain}>{t('handover.again')}</Button> : null}
        <Button size="lg" tone="primary" onClick={onClose}>{t('ui.close')}</Button>
      </div>
    </Dialog>
  )
}
