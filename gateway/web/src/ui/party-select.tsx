import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { usePartySearch } from '../api/search.ts'

export type ChosenParty = { id: string; name: string }

type Props = { label: string; value: ChosenParty | undefined; onChange: (party: ChosenParty | undefined) => void; error?: string | undefined; required?: boolean }

/** A counterparty by type-ahead; remembers the name beside the id, so that a draft shows it again. */
export function PartySelect({ label, value, onChange, ...rest }: Props) {
  const { t } = useTranslation()
  const [words, setWords] = useState(value?.name ?? '')
  const asked = words === value?.name ? '' : words.trim()
  const { found, q, isPending, isPlaceholderData } = usePartySearch(asked)
  // Until the answer to what is typed is there, nothing of the last one may be taken: Enter would take a client whom nobody meant.
  const isFresh = q === asked && (q.length < 2 || !isPending) && !isPlaceholderData
  const options = new Map(found.map((one) => [one.party.id, one.party.displayName]))
  if (value) options.set(value.id, value.name)
  return (
    <Select
      {...rest}
      label={label}
      placeholder={t('search.placeholder')}
      data={[...options].map(([id, name]) => ({ value: id, label: name, disabled: !isFresh }))}
      value={value?.id ?? null}
      onChange={(id) => onChange(id ? { id, name: options.get(id) ?? '' } : undefined)}
      searchable
      selectFirstOptionOnChange={isFresh}
      clearable
      classNames={{ option: 'party-option' }}
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options: all }) => all}
      nothingFoundMessage={words.trim().length < 2 ? t('search.typeMore') : isFresh ? t('search.none') : t('ui.loading')}
    />
  )
}
