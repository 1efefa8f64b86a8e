import { useMemo } from 'react'
import { useQueries } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { useCustomFields } from '../api/custom-fields.ts'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import type { AuditEntry, ContactPerson, Counterparty, Interaction, Opportunity, Request } from '../api/types.ts'
import { isUuid } from '../lib/uuid.ts'

export type RecordRef = { section: string; id: string }
/** What a record is called; undefined for one that is erased, or that who looks may not see. */
export type RecordNames = (section: string, id: string) => string | undefined

/** As many ids as a filter holds. */
const CHUNK = 40

type Row = { id: string }
const lists: Record<string, { rows: string; nameOf: (row: never) => string }> = {
  counterparties: { rows: 'counterparties', nameOf: (one: Counterparty) => one.displayName },
  'contact-persons': { rows: 'contactPersons', nameOf: (one: ContactPerson) => one.displayName },
  interactions: { rows: 'interactions', nameOf: (one: Interaction) => one.subject },
  opportunities: { rows: 'opportunities', nameOf: (one: Opportunity) => one.title || one.number },
  requests: { rows: 'requests', nameOf: (one: Request) => [one.number, one.subject].filter(Boolean).join(' ') },
}

/** Fields that hold the id of a record. */
const holders: Record<string, string> = { counterpartyId: 'counterparties', contactPersonId: 'contact-persons', opportunityId: 'opportunities', requestId: 'requests', sameAsId: 'requests' }

/** Whose records a field names by their ids; undefined for one that names none. */
export const heldBy = (field: string): string | undefined => holders[field]

const idIn = (json: string): string => json.slice(1, -1)

const refsOf = (entries: readonly AuditEntry[], linked: ReadonlySet<string>): RecordRef[] =>
  entries.flatMap(({ section, recordId, changes }) => [
    { section, id: recordId },
    ...changes.flatMap(({ field, before, after }) => {
      const held = linked.has(`${section}/${field}`) ? 'counterparties' : heldBy(field)
      return held === undefined ? [] : [{ section: held, id: idIn(before) }, { section: held, id: idIn(after) }]
    }),
  ])

/** The records that entries tell of, and those that stand in what they changed. */
export function useRefs(entries: readonly AuditEntry[]): RecordRef[] {
  const fields = useCustomFields()
  return useMemo(() => refsOf(entries, new Set(fields.filter((one) => one.linkTo === 'counterparties').map((one) => `${one.resource}/custom.${one.name}`))), [entries, fields])
}

function chunksOf(refs: readonly RecordRef[], can: (section: string) => boolean): { section: string; ids: string[] }[] {
  return Object.keys(lists).filter((section) => can(section)).flatMap((section) => {
    const ids = [...new Set(refs.filter((ref) => ref.section === section && isUuid(ref.id)).map(({ id }) => id))]
    return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_none, n) => ({ section, ids: ids.slice(n * CHUNK, (n + 1) * CHUNK) }))
  })
}

/**
 * Names of records, asked of the services that own them: one question for forty of a kind, never one for each. Only what who looks
 * may see comes back, and nothing of it but the names: to look at the log is no reading of clients. Chunks are filled in the order of the list, so that more rows ask only for what is new.
 */
export function useRecordNames(refs: readonly RecordRef[]): RecordNames {
  const can = useCan()
  const { person, branch } = useNames()
  const { groups } = useGroupTitles()
  const answers = useQueries({
    queries: chunksOf(refs, can).map(({ section, ids }) => ({
      queryKey: [section, 'names', ids],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const filter = ids.map((id) => `id="${id}"`).join(' OR ')
        const page = await get<Record<string, Row[]>>(section, { filter, pageSize: CHUNK, namesOnly: true }, signal)
        return (page[lists[section]!.rows] ?? []).map((row) => [`${section}/${row.id}`, lists[section]!.nameOf(row as never)] as const)
      },
      staleTime: 60_000,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  })
  return useMemo(() => {
    const known = new Map(answers)
    const own: Record<string, (id: string) => string | undefined> = { employees: (id) => person(id) ?? branch(id), rights: (id) => groups.find((one) => one.id === id)?.title }
    return (section, id) => known.get(`${section}/${id}`) || own[section]?.(id)
  }, [answers, person, branch, groups])
}
