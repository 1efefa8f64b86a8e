import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import type { AuditEntry, Counterparty } from '../api/types.ts'
import { time } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { allFields, type FieldName, type PartyPatch } from './fields.ts'
import { FieldValue } from './field-value.tsx'
import type { Conflict } from './use-save-party.ts'

type Side = 'mine' | 'theirs'
type Props = { conflict: Conflict; busy: boolean; onLeave: () => void; onResolve: (changes: PartyPatch, base: Counterparty) => void }

function Row({ name, conflict, side, onSide }: { name: FieldName; conflict: Conflict; side: Side | undefined; onSide: (side: Side) => void }) {
  const { t } = useTranslation()
  const field = allFields.find((one) => one.name === name)!
  const options = [['mine', conflict.mine[name]], ['theirs', conflict.theirs[name]]] as const
  return (
    <tr>
      <th scope="row" id={`conflict-${name}`}>
        {t(`parties.${name}`)}
        <span className="meta">
          {t('conflict.was')} <FieldValue field={field} value={conflict.base[name]} />
        </span>
        {side ? null : <span className="meta warn">{t('conflict.notChosen')}</span>}
      </th>
      {options.map(([one, value]) => (
        <td key={one} className={side === one ? 'on' : ''}>
          <label className="opt">
            <input type="radio" name={name} checked={side === one} onChange={() => onSide(one)} aria-describedby={`conflict-${name}`} />
            <span>
              <span className="vh">{t(one === 'mine' ? 'conflict.mine' : 'conflict.theirs')}: </span>
              <FieldValue field={field} value={value} />
            </span>
          </label>
        </td>
      ))}
    </tr>
  )
}

const WAIT_MS = 1_000
const TRIES = 5
const SAME_MS = 2_000

/** Who saved what stands there now, as its history says; that is told the history a moment after it is saved. */
function useSavedBy({ id, etag, updateTime = '' }: Counterparty): string | undefined {
  const names = useNames()
  const { data } = useQuery({
    queryKey: ['saved-by', id, etag],
    queryFn: async ({ signal }) => {
      const { auditEntries = [] } = await get<{ auditEntries?: AuditEntry[] }>(`record-history/counterparties/${id}`, { pageSize: 5 }, signal)
      return auditEntries.find(({ time = '' }) => Math.abs(Date.parse(time) - Date.parse(updateTime)) < SAME_MS)?.actorId ?? ''
    },
    refetchInterval: ({ state }) => (state.data === '' && state.dataUpdateCount < TRIES ? WAIT_MS : false),
    retry: false,
  })
  return data ? names.person(data) : undefined
}

/** Two people edited the same fields: both values side by side, nothing is overwritten silently. */
export function ConflictDialog({ conflict, busy, onLeave, onResolve }: Props) {
  const { t } = useTranslation()
  const savedBy = useSavedBy(conflict.theirs)
  const [chosen, setChosen] = useState<Partial<Record<FieldName, Side>>>({})
  const missing = conflict.fields.filter((name) => !chosen[name]).length
  const others = Object.keys(conflict.mine).length - conflict.fields.length
  const all = (side: Side) => setChosen(Object.fromEntries(conflict.fields.map((name) => [name, side])))
  const resolve = () => {
    const kept = Object.entries(conflict.mine).filter(([name]) => chosen[name as FieldName] !== 'theirs')
    onResolve(Object.fromEntries(kept) as PartyPatch, conflict.theirs)
  }
  return (
    <Dialog onClose={onLeave} title={t('conflict.title')} size={760} classNames={{ body: 'dlg-body' }}>
      <p className="soft dlg-p">
        {t('conflict.text', { count: conflict.fields.length, time: conflict.theirs.updateTime ? time(conflict.theirs.updateTime) : '' })}
        {savedBy ? ` ${t('conflict.savedBy', { name: savedBy })}` : ''}
        {others > 0 ? ` ${t('conflict.others', { count: others })}` : ''}
      </p>
      <table className="cf">
        <colgroup>
          <col className="cf-name" />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('conflict.field')}</th>
            {(['mine', 'theirs'] as const).map((side) => (
              <th scope="col" key={side}>
                <span className="row">
                  <span className="grow cut">{t(`conflict.${side}`)}</span>
                  <button type="button" className="link" onClick={() => all(side)}>
                    {t('conflict.chooseAll')}
                  </button>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {conflict.fields.map((name) => (
            <Row key={name} name={name} conflict={conflict} side={chosen[name]} onSide={(side) => setChosen({ ...chosen, [name]: side })} />
          ))}
        </tbody>
      </table>
      <div className="dlg-foot">
        <span className="meta grow">{missing > 0 ? t('conflict.left', { count: missing }) : t('conflict.ready')}</span>
        <Button size="lg" onClick={onLeave}>{t('conflict.back')}</Button>
        <Button size="lg" tone="primary" disabled={missing > 0} busy={busy} onClick={resolve}>{t('conflict.save')}</Button>
      </div>
    </Dialog>
  )
}
