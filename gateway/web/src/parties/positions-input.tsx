import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { IconArrowUp, IconPlus, IconX } from '@tabler/icons-react'
import { useRecord } from '../api/records.ts'
import type { Counterparty } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'

const decisions = ['decides', 'approves-payment', 'influences', 'uses'] as const

export type PlaceDraft = { party: ChosenParty | undefined; title: string; decisionRole: string }
type Props = { value: PlaceDraft[]; onChange: (value: PlaceDraft[]) => void; error: string | undefined }

const MOST = 20

/** For whom a person acts: the first organisation is the main one, rights follow it. */
export function PositionsInput({ value, onChange, error }: Props) {
  const { t } = useTranslation()
  const change = (at: number, part: Partial<PlaceDraft>) => onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)))
  return (
    <fieldset className="group-field w2">
      <legend>{t('persons.places')}</legend>
      {value.map((place, at) => (
        <div key={at} className="rows-edit">
          <div className="rows-fields">
            <div className="w2"><Organisation required={at === 0} place={place} label={at === 0 ? t('persons.mainParty') : t('persons.party')} onChange={(party) => change(at, { party })} error={at > 0 || !error ? undefined : place.party ? error : t('persons.chooseParty')} /></div>
            <TextInput label={t('persons.position')} value={place.title} onChange={(event) => change(at, { title: event.currentTarget.value })} maxLength={200} />
            <Select label={t('persons.decision')} data={decisions.map((word) => ({ value: word, label: t(`words.decision.${word}`) }))} value={place.decisionRole || null} onChange={(next) => change(at, { decisionRole: next ?? '' })} clearable />
          </div>
          <div>
            {value.length > 1 ? <IconButton size="sm" icon={IconX} label={t('persons.removePlace', { number: at + 1 })} onClick={() => onChange(value.toSpliced(at, 1))} /> : null}
            {at > 0 ? <IconButton size="sm" icon={IconArrowUp} label={t('persons.makeMain', { number: at + 1 })} onClick={() => onChange([place, ...value.toSpliced(at, 1)])} /> : null}
          </div>
        </div>
      ))}
      {value.length < MOST ? <div><Button size="sm" icon={IconPlus} onClick={() => onChange([...value, { party: undefined, title: '', decisionRole: '' }])}>{t('persons.addPlace')}</Button></div> : null}
    </fieldset>
  )
}

/** A position holds the id alone; the name is asked for. */
function Organisation({ place: { party }, ...rest }: { place: PlaceDraft; label: string; required: boolean; onChange: (party: ChosenParty | undefined) => void; error: string | undefined }) {
  const named = useRecord<Counterparty>('counterparties', party?.name === '' ? party.id : undefined).data
  const chosen = party && (party.name ? party : { id: party.id, name: named?.displayName ?? '…' })
  return <PartySelect {...rest} value={chosen} />
}
