import { useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPencil } from '@tabler/icons-react'
import { labelOf, useCustom, type CustomResource, type CustomValues } from '../api/custom-fields.ts'
import { errorText } from '../api/error-text.ts'
import { useCanWith, useFields } from '../api/me.ts'
import { useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import { useDraft } from '../lib/use-draft.ts'
import { Button } from '../ui/button.tsx'
import { DraftNote } from '../ui/draft-note.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { CustomGroups } from './custom-inputs.tsx'
import { CustomValue } from './custom-value.tsx'
import { useSaveCustom, type CustomRecord } from './use-save-custom.ts'
import { groupsOf, isThere, type CustomGroup } from './visible.ts'
import './custom.css'

type Props = { resource: CustomResource; record: CustomRecord; all?: boolean }

function Editor({ resource, group, record, onClose }: { resource: CustomResource; group: CustomGroup; record: CustomRecord; onClose: () => void }) {
  const { t } = useTranslation()
  // The values as they were when the editing began.
  const { value, base: began, change, clear, restored } = useDraft(`custom.${record.id}.${group.section?.name ?? ''}`, { custom: {} as CustomValues }, { etag: record.etag, custom: record.custom ?? {} })
  const base = { ...record, ...began }
  const leave = () => {
    clear()
    onClose()
  }
  const { save, clash, busy, error } = useSaveCustom(resource, base, leave)
  const shown = { ...base.custom, ...value.custom }
  const { fields, sections } = useCustom(resource)
  // What becomes visible by what is typed is filled in at once.
  const now = groupsOf(fields, sections, { ...base, custom: shown }).find((one) => one.section?.id === group.section?.id) ?? group
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    save(value.custom)
  }
  const form = useRef<HTMLFormElement>(null)
  useKeys([
    { combo: 'mod+s', label: 'keys.save', run: () => submitTyped(form.current) },
    { combo: 'Escape', label: 'keys.cancel', run: leave },
  ])
  return (
    <form ref={form} className="facts-edit" onSubmit={send}>
      <DraftNote at={restored.at} onAnew={restored.anew} />
      <CustomGroups resource={resource} action="change" groups={[now]} value={shown} onChange={(next) => change({ custom: Object.fromEntries(Object.entries(next).filter(([name, one]) => one !== base.custom?.[name])) })} error={error} />
      {clash ? (
        <div className="custom-clash" role="alert">
          <p className="form-error">{t('ownFields.clash')}</p>
          {now.fields.filter(({ name }) => clash.names.includes(name)).map((field) => (
            <div key={field.id} className="row"><span>{labelOf(field)}:</span> <CustomValue field={field} value={clash.theirs[field.name]} recordId={base.id} /></div>
          ))}
          <div className="row">
            <Button size="sm" onClick={() => save(value.custom, 'mine')}>{t('ownFields.keepMine')}</Button>
            <Button size="sm" onClick={() => save(Object.fromEntries(Object.entries(value.custom).filter(([name]) => !clash.names.includes(name))), 'theirs')}>{t('ownFields.takeTheirs')}</Button>
          </div>
        </div>
      ) : null}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="row">
        <Button tone="primary" type="submit" busy={busy} combo="mod+s">{t('ui.save')}</Button>
        <Button onClick={leave}>{t('ui.cancel')}</Button>
      </div>
    </form>
  )
}

function Section({ resource, group, record, all }: { resource: CustomResource; group: CustomGroup; record: CustomRecord; all: boolean }) {
  const { t } = useTranslation()
  const can = useCanWith(resource, record)
  const limits = useFields(resource)
  const [editing, setEditing] = useState(false)
  const title = group.section ? labelOf(group.section) : t('ownFields.more')
  const shown = group.fields.filter(({ name }) => all || isThere(record.custom?.[name]))
  const mayChange = can('change') && group.fields.some(({ name }) => limits.writable(`custom.${name}`, 'change'))
  return (
    <section>
      <h2>
        <span className="grow">{title}</span>
        {mayChange && !editing ? <IconButton size="sm" icon={IconPencil} label={t('card.edit', { what: title })} onClick={() => setEditing(true)} /> : null}
      </h2>
      {editing ? <Editor resource={resource} group={group} record={record} onClose={() => setEditing(false)} /> : (
        <dl>
          {shown.map((field) => (
            <div key={field.id} className="fact" onDoubleClick={() => mayChange && setEditing(true)}>
              <dt>{labelOf(field)}</dt>
              <dd><CustomValue field={field} value={record.custom?.[field.name]} recordId={record.id} /></dd>
            </div>
          ))}
        </dl>
      )}
      {shown.length === 0 && !editing ? <p className="meta">{t('card.nothingFilled')}</p> : null}
    </section>
  )
}

/** The custom sections of a record, read and edited where they stand. */
export function CustomFacts({ resource, record, all = true }: Props) {
  const { fields, sections } = useCustom(resource)
  return groupsOf(fields, sections, record).map((group) => <Section key={group.section?.id ?? ''} resource={resource} group={group} record={record} all={all} />)
}
