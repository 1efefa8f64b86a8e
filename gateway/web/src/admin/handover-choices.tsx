import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, Select } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import { filterOf } from '../api/filter.ts'
import { useCan, useFields } from '../api/me.ts'
import { usePartySearch } from '../api/search.ts'
import type { Counterparty, Interaction, Opportunity, Request } from '../api/types.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'

type Named = { value: string; label: string }
/** Single records of a kind and who receives them, or STAYS; null until it is said. */
export type Choice = { records: Named[]; to: string | null }
/** Chosen instead of a receiver. */
export const STAYS = 'stays'

/** As many of one kind as a hand-over takes. */
const MOST = 20
const FOUND = 100
/** Clients by a word whose records are looked for. */
const CLIENTS = 20

/** `byClient`: known by whose they are, as a request of a call is that nobody has given a subject. */
type Source = { texts: string[]; byClient?: true; theirs: (id: string) => Record<string, string>; nameOf: (row: never) => string }
const named = (number: string, text: string, client: string) => [[number, text].filter(Boolean).join(' '), client].filter(Boolean).join(' · ')

const sources: Record<string, Source> = {
  counterparties: { texts: ['displayName'], theirs: (responsibleId) => ({ responsibleId }), nameOf: (one: Counterparty) => one.displayName },
  opportunities: { texts: ['number', 'title'], byClient: true, theirs: (ownerId) => ({ ownerId, state: 'open' }), nameOf: (one: Opportunity) => named(one.number, one.title, one.counterpartyName) },
  requests: { texts: ['number', 'subject'], byClient: true, theirs: (ownerId) => ({ ownerId, 'state!': 'closed' }), nameOf: (one: Request) => named(one.number, one.subject, one.counterpartyName) },
  interactions: { texts: ['subject'], theirs: (ownerId) => ({ ownerId, state: 'planned' }), nameOf: (one: Interaction) => one.subject },
}

/** Kinds whose records can be looked for one by one. */
export const isChosenSingly = (kind: string): boolean => Object.hasOwn(sources, kind)

/** Records of the leaver by a part of their name or number, or by their client; those that were chosen are not offered again. */
function TheirRecords({ kind, employeeId, value, taken, label, onChange }: { kind: string; employeeId: string; value: Named[]; taken: ReadonlySet<string>; label: string; onChange: (value: Named[]) => void }) {
  const { t } = useTranslation()
  const { texts, byClient, theirs, nameOf } = sources[kind]!
  const can = useCan()
  const { shown } = useFields(kind)
  const [words, setWords] = useState('')
  const q = useDebounced(words.trim(), 150)
  const clients = usePartySearch(byClient && can('counterparties') && shown('counterpartyId') ? words : '', CLIENTS)
  const either = [...texts.map((text) => `${text}:${JSON.stringify(q)}`), ...clients.found.map(({ party }) => `counterpartyId="${party.id}"`)].join(' OR ')
  const filter = filterOf(theirs(employeeId), q === '' ? [] : [`(${either})`])
  const { data = [] } = useQuery({
    queryKey: [kind, 'list', 'handover', filter],
    queryFn: async ({ signal }) => ((await get<Record<string, { id: string }[]>>(kind, { filter, pageSize: FOUND }, signal))[kind] ?? []).map((row) => ({ value: row.id, label: nameOf(row as never) })),
    placeholderData: keepPreviousData,
  })
  const known = new Map([...data, ...value].map((one) => [one.value, one]))
  return (
    <MultiSelect
      aria-label={label} placeholder={value.length === 0 ? t('handover.find') : undefined} data={[...known.values()].filter((one) => !taken.has(one.value))} value={value.map((one) => one.value)}
      onChange={(ids) => onChange(ids.map((id) => known.get(id)!))} searchable searchValue={words} onSearchChange={setWords} filter={({ options }) => options} hidePickedOptions maxValues={500} size="xs"
      nothingFoundMessage={t('ui.nothingFound')}
    />
  )
}

type Props = { kind: string; name: string; employeeId: string; people: Named[]; choices: Choice[]; onChange: (choices: Choice[]) => void }

/** Records of one kind that go to somebody else than the rest, or stay. */
export function HandoverChoices({ kind, name, employeeId, people, choices, onChange }: Props) {
  const { t } = useTranslation()
  const change = (at: number, patch: Partial<Choice>) => onChange(choices.map((one, index) => (index === at ? { ...one, ...patch } : one)))
  return (
    <div className="handover-choices">
      {choices.map((choice, at) => (
        <div key={at} className="row">
          <TheirRecords
            kind={kind} employeeId={employeeId} value={choice.records} label={t('handover.which', { kind: name })} onChange={(records) => change(at, { records })}
            taken={new Set(choices.flatMap(({ records }, index) => (index === at ? [] : records.map(({ value }) => value))))}
          />
          <Select
            aria-label={t('handover.whichTo', { kind: name })} data={[{ value: STAYS, label: t('handover.stay') }, ...people]} value={choice.to} onChange={(to) => change(at, { to })}
            placeholder={t('handover.whichWhere')} required={choice.records.length > 0} searchable clearable size="xs"
          />
          <IconButton size="sm" icon={IconTrash} label={t('handover.whichRemove', { kind: name })} onClick={() => onChange(choices.filter((_one, index) => index !== at))} />
        </div>
      ))}
      {choices.length < MOST ? <Button size="sm" icon={IconPlus} onClick={() => onChange([...choices, { records: [], to: null }])} aria-label={t('handover.whichAdd', { kind: name })}>{t('handover.single')}</Button> : null}
    </div>
  )
}
