import { useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPencil } from '@tabler/icons-react'
import { useCanWith, useFields } from '../api/me.ts'
import type { Counterparty } from '../api/types.ts'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import { useDraft } from '../lib/use-draft.ts'
import { Button } from '../ui/button.tsx'
import { DraftNote } from '../ui/draft-note.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Limited } from '../ui/limited.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { FieldInput } from './field-input.tsx'
import { FieldValue } from './field-value.tsx'
import { changesOf, fieldsOf, isEmpty, type FactGroup, type PartyPatch } from './fields.ts'
import { useSaveParty } from './use-save-party.ts'

type Props = { group: FactGroup; record: Counterparty; all: boolean }

function Editor({ group, record, onClose }: { group: FactGroup; record: Counterparty; onClose: () => void }) {
  const { t } = useTranslation()
  const rights = useFields('counterparties')
  const factsOf = (of: PartyPatch) => Object.fromEntries(group.fields.map(({ name }) => [name, of[name]])) as PartyPatch
  const initial = factsOf(record)
  // The facts as they were when the editing began: what others change meanwhile must show up as a conflict, not vanish.
  const { value, base: began, change, clear, restored } = useDraft(`party.${record.id}.${group.name}`, initial, { ...initial, etag: record.etag })
  const base = { ...record, ...factsOf(began!), etag: began!.etag }
  const leave = () => {
    clear()
    onClose()
  }
  const { save, resolve, busy, error, conflict, leaveConflict } = useSaveParty(base, leave)
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    const changes = rights.only(changesOf(value, base), 'change')
    if (Object.keys(changes).length === 0) leave()
    else save(changes)
  }
  const form = useRef<HTMLFormElement>(null)
  useKeys([
    { combo: 'mod+s', label: 'keys.save', run: () => submitTyped(form.current) },
    { combo: 'Escape', label: 'keys.cancel', run: leave },
  ])
  return (
    <form ref={form} className="facts-edit" onSubmit={send}>
      <DraftNote at={restored.at} onAnew={restored.anew} />
      {fieldsOf(group, record).map((field) => (
        <Limited key={field.name} section="counterparties" field={field.name} action="change">
          <FieldInput field={field} value={value[field.name]} onChange={(next) => change({ [field.name]: next })} failure={error} />
        </Limited>
      ))}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="row">
        <Button tone="primary" type="submit" busy={busy} combo="mod+s">{t('ui.save')}</Button>
        <Button onClick={leave}>{t('ui.cancel')}</Button>
      </div>
      {conflict ? <ConflictDialog conflict={conflict} busy={busy} onLeave={leaveConflict} onResolve={resolve} /> : null}
    </form>
  )
}

/** A group of facts: filled ones as text, all of them as a form. */
export function FactsSection({ group, record, all }: Props) {
  const { t } = useTranslation()
  const can = useCanWith('counterparties', record)
  const rights = useFields('counterparties')
  const known = fieldsOf(group, record).filter((field) => rights.shown(field.name))
  const mayChange = can('change') && known.some((field) => rights.writable(field.name, 'change'))
  const [editing, setEditing] = useState(false)
  const title = t(`card.group.${group.name}`)
  const shown = known.filter((field) => field.name !== 'displayName' && (all || !isEmpty(record[field.name])))
  return (
    <section>
      <h2>
        <span className="grow">{title}</span>
        {mayChange && !editing ? <IconButton size="sm" icon={IconPencil} label={t('card.edit', { what: title })} onClick={() => setEditing(true)} /> : null}
      </h2>
      {editing ? (
        <Editor group={group} record={record} onClose={() => setEditing(false)} />
      ) : (
        <dl>
          {shown.map((field) => (
            <div key={field.name} className="fact" onDoubleClick={() => mayChange && setEditing(true)}>
              <dt>{field.name === 'taxCode' ? t(`words.taxCode.${record.kind}`) : t(`parties.${field.name}`)}</dt>
              <dd className={field.numeric ? 'fact-num' : ''}>
                <FieldValue field={field} value={record[field.name]} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {shown.length === 0 && !editing ? <p className="meta">{t('card.nothingFilled')}</p> : null}
    </section>
  )
}
