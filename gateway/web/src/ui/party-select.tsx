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
  const { found } = usePartySearch(words === value?.name ? '' : words)
  const options = new Map(found.map((one) => [one.party.id, one.party.displayName]))
  if (value) options.set(value.id, value.name)
  return (
    <Select
      {...rest}
      label={label}
      placeholder={t('search.placeholder')}
      data={[...options].map(([id, name]) => ({ value: id, label: name }))}
      value={value?.id ?? null}
      onChange={(id) => onChange(id ? { id, name: options.get(id) ?? '' } : undefined)}
      searchable
      clearable
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options: all }) => all}
      nothingFoundMessage={words.trim().length < 2 ? t('search.typeMore') : t('search.none')}
    />
  )
}
