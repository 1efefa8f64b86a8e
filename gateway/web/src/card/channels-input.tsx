import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { fieldError } from '../api/error-text.ts'
import type { Channel } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import './card.css'

const consents = ['unspecified', 'given', 'withdrawn'] as const
const kinds = ['phone', 'email', 'site', 'messenger'] as const

type Props = { value: Channel[]; onChange: (value: Channel[]) => void; /** Of the save, if it failed. */ error: unknown }

/** Phones, mails, sites: a line each, with the one to use first. */
export function ChannelsInput({ value, onChange, error }: Props) {
  const { t } = useTranslation()
  const change = (at: number, patch: Partial<Channel>) => onChange(value.map((one, index) => (index === at ? { ...one, ...patch } : one)))
  const makePrimary = (at: number) => onChange(value.map((one, index) => (one.kind === value[at]!.kind ? { ...one, primary: index === at } : one)))
  // Lines without a value are not sent: the server counts the others.
  const errorAt = (at: number) => (value[at]!.value.trim() ? fieldError(error, `channels[${value.slice(0, at).filter((one) => one.value.trim()).length}]`) : undefined)
  const isTold = value.some((_, at) => errorAt(at) !== undefined)
  return (
    <fieldset className="group-field">
      <legend className="vh">{t('parties.channels')}</legend>
      {value.map((one, at) => (
        <div key={at} className="channel-edit">
          <div>
            <Select aria-label={t('parties.channelKind')} data={kinds.map((kind) => ({ value: kind, label: t(`words.channel.${kind}`) }))} value={one.kind} onChange={(kind) => change(at, { kind: (kind ?? 'phone') as Channel['kind'] })} allowDeselect={false} />
          </div>
          <TextInput aria-label={t('parties.channelValue')} value={one.value} onChange={(event) => change(at, { value: event.currentTarget.value })} error={errorAt(at) !== undefined} />
          <IconButton size="sm" icon={IconX} label={t('ui.remove')} onClick={() => onChange(value.filter((_, index) => index !== at))} />
          <TextInput aria-label={t('parties.channelLabel')} placeholder={t('parties.channelLabel')} value={one.label} onChange={(event) => change(at, { label: event.currentTarget.value })} />
          <label className="check-line">
            <input type="radio" name={`main-${one.kind}`} checked={one.primary} onChange={() => makePrimary(at)} /> {t('parties.channelMain')}
          </label>
          <Select aria-label={t('parties.consent')} data={consents.map((word) => ({ value: word, label: t(`words.consent.${word}`) }))} value={one.consent} onChange={(consent) => change(at, { consent: (consent ?? 'unspecified') as Channel['consent'] })} allowDeselect={false} />
          <label className="check-line">
            <input type="checkbox" checked={one.blocked} onChange={(event) => change(at, { blocked: event.currentTarget.checked })} /> {t(one.kind === 'phone' ? 'parties.blockCalls' : 'parties.blockLetters')}
          </label>
          {errorAt(at) === undefined ? null : <p className="form-error" role="alert">{errorAt(at)}</p>}
        </div>
      ))}
      {isTold || fieldError(error, 'channels') === undefined ? null : <p className="form-error">{fieldError(error, 'channels')}</p>}
      <div>
        <Button size="sm" icon={IconPlus} onClick={() => onChange([...value, { kind: 'phone', value: '', e164: '', label: '', primary: value.length === 0, consent: 'unspecified', blocked: false }])}>
          {t('parties.addChannel')}
        </Button>
      </div>
    </fieldset>
  )
}
