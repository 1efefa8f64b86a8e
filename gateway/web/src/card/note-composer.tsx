import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconNote } from '@tabler/icons-react'
import { post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { Button } from '../ui/button.tsx'
import { DraftNote } from '../ui/draft-note.tsx'
import { Icon } from '../ui/icon.tsx'
import { toast } from '../ui/toast.ts'
import './note-composer.css'

type Props = { partyId: string; /** Told the text of a note that was saved. */ onSaved?: (text: string) => void }

/** Writes a note onto the timeline. What was typed stays until it is saved. */
export function NoteComposer({ partyId, onSaved }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const field = useRef<HTMLTextAreaElement>(null)
  const { value, change, clear, restored } = useDraft(`note.${partyId}`, { text: '' })
  const text = value.text.trim()
  const save = useMutation({
    mutationFn: () => post(`counterparties/${partyId}/notes`, { text }, { key: key.of({ text }) }),
    onSuccess: () => {
      change({ text: '' })
      clear()
      toast(t('timeline.noteSaved'))
      onSaved?.(text)
      void client.invalidateQueries({ queryKey: ['counterparties', partyId] })
    },
  })
  const send = () => text && !save.isPending && save.mutate()
  useKeys([
    { combo: 'n', label: 'keys.note', command: true, run: () => field.current?.focus() },
    { combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => (document.activeElement === field.current ? void send() : false) },
  ])
  return (
    <form className="compose" onSubmit={(event) => { event.preventDefault(); send() }}>
      <div className="ctabs">
        <span className="ctab on"><Icon of={IconNote} size={14} />{t('timeline.note')}</span>
      </div>
      {value.text === '' ? null : <DraftNote at={restored.at} onAnew={restored.anew} />}
      <textarea ref={field} aria-label={t('timeline.note')} placeholder={t('timeline.notePlaceholder')} rows={2} value={value.text} onChange={(event) => change({ text: event.target.value })} maxLength={10000} />
      <div className="cfoot">
        <span className="grow form-error">{save.error ? errorText(save.error) : ''}</span>
        <Button size="sm" type="submit" disabled={!text} busy={save.isPending} combo="mod+s">{t('ui.save')}</Button>
      </div>
    </form>
  )
}
