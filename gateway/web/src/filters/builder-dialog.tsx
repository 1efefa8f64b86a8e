import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea } from '@mantine/core'
import { useCustom } from '../api/custom-fields.ts'
import { fieldRightsOf, useMe } from '../api/me.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { customFactsOf, shownFacts, type Resource } from './catalogue.ts'
import { filledIn, firstOf, GroupEditor, type Scene } from './group-editor.tsx'
import { fromText, isWhole, toText, type Group } from './model.ts'
import './filters.css'

type Conditions = { filter: string; onClose: () => void; onApply: (filter: string) => void }

/** Conditions of a list. */
export default function BuilderDialog({ resource, ...rest }: Conditions & { resource: Resource }) {
  const { t } = useTranslation()
  const me = useMe()
  const custom = useCustom(resource === 'calls' ? undefined : resource).fields
  const facts = shownFacts(resource, (section) => fieldRightsOf(me, section))
  return <ConditionsDialog title={t('filters.title')} scene={{ of: resource, ...facts, fields: { ...facts.fields, ...customFactsOf(custom) } }} {...rest} />
}

const begun = (scene: Scene, read: Group | undefined): Group => (read === undefined || read.items.length === 0 ? firstOf(scene) : read)

/** Conditions in groups; the same as text for who prefers it. Neither loses what the other says. */
export function ConditionsDialog({ title, scene, filter, onClose, onApply }: Conditions & { title: string; scene: Scene }) {
  const { t } = useTranslation()
  const [group, setGroup] = useState(() => begun(scene, fromText(filter)))
  const [text, setText] = useState<string | undefined>(() => (fromText(filter) === undefined ? filter : undefined))
  const read = text === undefined ? filledIn(scene, group) : fromText(text)
  const whole = read !== undefined && isWhole(read)
  const turn = () => {
    if (text === undefined) setText(whole ? toText(read) : filter)
    else if (read !== undefined) {
      setGroup(begun(scene, read))
      setText(undefined)
    }
  }
  const apply = () => {
    if (whole) onApply(toText(read))
  }
  return (
    <FormDialog
      title={title} submit={t('filters.apply')} size={880} onClose={onClose} onSubmit={apply} busy={false}
      foot={
        <>
          <Button size="lg" tone="quiet" disabled={read === undefined} onClick={turn}>{t(text === undefined ? 'filters.asText' : 'filters.asForm')}</Button>
          <Button size="lg" tone="quiet" onClick={() => (text === undefined ? setGroup(firstOf(scene)) : setText(''))}>{t('filters.clear')}</Button>
        </>
      }
    >
      <div className="fb w2">
        {text === undefined ? (
          <GroupEditor scene={scene} group={group} onChange={setGroup} label={title} />
        ) : (
          <Textarea className="fb-text" label={t('filters.text')} autosize minRows={4} spellCheck={false} value={text} onChange={(event) => setText(event.currentTarget.value)} error={read === undefined ? t('filters.unreadable') : undefined} />
        )}
        {text === undefined && !whole ? <p className="meta" role="status">{t('filters.notWhole')}</p> : null}
      </div>
    </FormDialog>
  )
}
