import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { IconArchive, IconArchiveOff, IconPlus, IconX } from '@tabler/icons-react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { nameFrom } from './name-from.ts'

/** `kept`: it was saved before, so that records may have it. */
export type Option = { word: string; uk: string; en: string; archived: boolean; kept: boolean }

type Props = { value: Option[]; onChange: (value: Option[]) => void; error: string | undefined }

/** What can be chosen, in its order. A saved option is archived, a new one can be taken out again. */
export function OptionsInput({ value, onChange, error }: Props) {
  const { t } = useTranslation()
  const set = (at: number, part: Partial<Option>) => onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)))
  return (
    <fieldset className="group-field w2">
      <legend>{t('ownFields.options')}</legend>
      <div className="cfa-options">
        {value.map((one, at) => (
          <div key={at} className="cfa-option">
            <TextInput aria-label={t('ownFields.optionUk', { number: at + 1 })} placeholder={t('ownFields.labelUk')} value={one.uk} onChange={(event) => set(at, { uk: event.currentTarget.value })} disabled={one.archived} maxLength={100} />
            <TextInput aria-label={t('ownFields.optionEn', { number: at + 1 })} placeholder={t('ownFields.labelEn')} value={one.en} onChange={(event) => set(at, { en: event.currentTarget.value })} disabled={one.archived} maxLength={100} />
            <TextInput aria-label={t('ownFields.optionWord', { number: at + 1 })} placeholder={nameFrom(one.en || one.uk) || t('ownFields.word')} value={one.word} onChange={(event) => set(at, { word: event.currentTarget.value.toLowerCase() })} disabled={one.kept} maxLength={40} />
            {one.kept ? (
              <IconButton size="sm" icon={one.archived ? IconArchiveOff : IconArchive} label={t(one.archived ? 'ownFields.bringBack' : 'ownFields.archiveOption', { name: one.uk })} onClick={() => set(at, { archived: !one.archived })} />
            ) : (
              <IconButton size="sm" icon={IconX} label={t('ui.remove')} onClick={() => onChange(value.toSpliced(at, 1))} />
            )}
          </div>
        ))}
        <div><Button size="sm" icon={IconPlus} onClick={() => onChange([...value, { word: '', uk: '', en: '', archived: false, kept: false }])}>{t('ownFields.addOption')}</Button></div>
      </div>
      {error ? <p className="form-error">{error}</p> : null}
    </fieldset>
  )
}
