import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea } from '@mantine/core'
import { fieldRightsOf, useMe, type FieldRights } from '../api/me.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { labelOf, useCustom } from '../api/custom-fields.ts'
import type { CustomField } from '../api/types.ts'
import { customFactsOf, shownFacts, type Resource } from './catalogue.ts'
import { GroupEditor, type Scene } from './group-editor.tsx'
import { emptyGroup, fromText, isWhole, toText } from './model.ts'
import './filters.css'

type Props = { resource: Resource; filter: string; onClose: () => void; onApply: (filter: string) => void }

function sceneOf(resource: Resource, custom: readonly CustomField[], rightsOf: (section: string) => FieldRights): Scene {
  const facts = shownFacts(resource, rightsOf)
  return { of: resource, ...facts, fields: { ...facts.fields, ...customFactsOf(custom, labelOf) } }
}

/** Conditions of a list in groups; the same as text for who prefers it. Neither loses what the other says. */
export default function BuilderDialog({ resource, filter, onClose, onApply }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const custom = useCustom(resource === 'calls' ? undefined : resource).fields
  const [group, setGroup] = useState(() => fromText(filter) ?? emptyGroup())
  const [text, setText] = useState<string | undefined>(() => (fromText(filter) === undefined ? filter : undefined))
  const read = text === undefined ? group : fromText(text)
  const whole = read !== undefined && isWhole(read)
  const turn = () => {
    if (text === undefined) setText(isWhole(group) ? toText(group) : filter)
    else if (read !== undefined) {
      setGroup(read)
      setText(undefined)
    }
  }
  const apply = () => {
    if (whole) onApply(toText(read))
  }
  return (
    <FormDialog
      title={t('filters.title')} submit={t('filters.apply')} size={880} onClose={onClose} onSubmit={apply} busy={false}
      foot={
        <>
          <Button size="lg" tone="quiet" disabled={read === undefined} onClick={turn}>{t(text === undefined ? 'filters.asText' : 'filters.asForm')}</Button>
          <Button size="lg" tone="quiet" onClick={() => (text === undefined ? setGroup(emptyGroup()) : setText(''))}>{t('filters.clear')}</Button>
        </>
      }
    >
      <div className="fb w2">
        {text === undefined ? (
          <GroupEditor scene={sceneOf(resource, custom, (section) => fieldRightsOf(me, section))} group={group} onChange={setGroup} label={t('filters.title')} />
        ) : (
          <Textarea className="fb-text" label={t('filters.text')} autosize minRows={4} spellCheck={false} value={text} onChange={(event) => setText(event.currentTarget.value)} error={read === undefined ? t('filters.unreadable') : undefined} />
        )}
        {text === undefined && !whole ? <p className="meta" role="status">{t('filters.notWhole')}</p> : null}
      </div>
    </FormDialog>
  )
}
