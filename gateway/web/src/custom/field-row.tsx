import { useTranslation } from 'react-i18next'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { labelOf } from '../api/custom-fields.ts'
import type { CustomField } from '../api/types.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Status, type Tone } from '../ui/status.tsx'

type Props = { field: CustomField; first: boolean; last: boolean; busy: boolean; onOpen: () => void; onMove: (by: -1 | 1) => void }

const TONES: Record<string, Tone> = { building: 'info', ready: 'good', failed: 'bad' }

/** A field in the list of an administrator: what it is, what it does, and its place. */
export function FieldRow({ field, first, last, busy, onOpen, onMove }: Props) {
  const { t } = useTranslation()
  const marks = [field.required && 'required', field.unique && 'unique', field.searchable && 'searchable', field.visibleWhen !== '' && 'conditional'].filter((one) => one !== false)
  const name = labelOf(field)
  return (
    <div className={`cfa-row ${field.archived ? 'gone' : ''}`}>
      <div className="grow cut">
        <button type="button" className="name cut" onClick={onOpen}>{name}</button>
        <div className="meta marks">
          <span>{t(`ownFields.kind.${field.kind}`)}</span>
          <code>custom.{field.name}</code>
          {marks.map((mark) => <span key={mark}>{t(`ownFields.mark.${mark}`)}</span>)}
          {field.archived ? <span>{t('ownFields.archivedMark')}</span> : null}
        </div>
      </div>
      {field.indexState in TONES ? <Status tone={TONES[field.indexState]!} title={field.indexProblem}>{t(`ownFields.index.${field.indexState}`)}</Status> : null}
      <IconButton size="sm" icon={IconArrowUp} label={t('ownFields.up', { name })} disabled={first || busy} onClick={() => onMove(-1)} />
      <IconButton size="sm" icon={IconArrowDown} label={t('ownFields.down', { name })} disabled={last || busy} onClick={() => onMove(1)} />
    </div>
  )
}
