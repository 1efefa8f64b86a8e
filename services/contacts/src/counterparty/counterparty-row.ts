import { sql } from '@vitrylo/pg'
import {
  AddressKind,
  ChannelConsent,
  ChannelKind,
  CounterpartyKind,
  CounterpartyRole,
  type Address,
  type BankAccount,
  type Caretaker,
  type Channel,
  type Counterparty,
  type Interest,
} from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { searchOf } from '../search/search-text.ts'
import { skeleton } from '../search/skeleton.ts'

type Worded<T> = Omit<T, 'kind'> & { kind: string }
/** What was stored before there were consents has none of the last two. */
type StoredChannel = Omit<Worded<Channel>, 'consent' | 'blocked'> & { consent?: string; blocked?: boolean }

export type CounterpartyRow = {
  id: string
  kind: string
  display_name: string
  full_name: string
  roles: string[]
  tax_code: string
  vat_number: string
  bank_accounts: BankAccount[]
  channels: StoredChannel[]
  addresses: Worded<Address>[]
  responsible_id: string | null
  branch_id: string | null
  source: string
  industry: string
  segment: string
  vip: boolean
  birthday: string | null
  language: string
  note: string
  tags: string[]
  external_id: string
  size: number
  tax_country: string
  do_not_call: boolean
  do_not_write: boolean
  caretakers: Caretaker[]
  interests: Interest[]
  custom: Record<string, unknown>
  last_contact_at: Date | null
  next_contact_at: Date | null
  revision: number
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
  erased_at: Date | null
}

export const columns = sql`c.id, c.kind, c.display_name, c.full_name, c.roles, c.tax_code, c.vat_number, c.bank_accounts,
  c.channels, c.addresses, c.responsible_id, c.branch_id, c.source, c.industry, c.segment, c.vip, c.birthday, c.language,
  c.note, c.tags, c.external_id, c.size, c.tax_country, c.do_not_call, c.do_not_write, c.caretakers, c.interests, c.custom,
  c.last_contact_at, c.next_contact_at, c.revision, c.created_at, c.updated_at, c.deleted_at, c.erased_at`

export const channelsFrom = (channels: StoredChannel[]): Channel[] =>
  channels.map(({ consent = 'unspecified', blocked = false, ...channel }) => ({
    ...channel, kind: fromWord(ChannelKind, channel.kind), consent: fromWord(ChannelConsent, consent), blocked,
  }))

export const channelsTo = (channels: Channel[]): StoredChannel[] =>
  channels.map((channel) => ({ ...channel, kind: wordOf(ChannelKind, channel.kind), consent: wordOf(ChannelConsent, channel.consent) }))

export const fromRow = (row: CounterpartyRow): Counterparty => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  deleteTime: row.deleted_at ?? undefined,
  eraseTime: row.erased_at ?? undefined,
  kind: fromWord(CounterpartyKind, row.kind),
  displayName: row.display_name,
  fullName: row.full_name,
  roles: row.roles.map((role) => fromWord(CounterpartyRole, role)),
  taxCode: row.tax_code,
  vatNumber: row.vat_number,
  bankAccounts: row.bank_accounts,
  channels: channelsFrom(row.channels),
  addresses: row.addresses.map((address) => ({ ...address, kind: fromWord(AddressKind, address.kind) })),
  responsibleId: row.responsible_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  source: row.source,
  industry: row.industry,
  segment: row.segment,
  vip: row.vip,
  birthday: row.birthday ?? '',
  language: row.language,
  note: row.note,
  tags: row.tags,
  externalId: row.external_id,
  size: row.size,
  taxCountry: row.tax_country,
  doNotCall: row.do_not_call,
  doNotWrite: row.do_not_write,
  caretakers: row.caretakers,
  interests: row.interests,
  custom: row.custom,
  lastContactTime: row.last_contact_at ?? undefined,
  nextContactTime: row.next_contact_at ?? undefined,
  access: undefined,
})

/** What may change, as JSON for `jsonb_to_recordset`: one statement saves one record or five hundred. */
export const toRecord = (c: Counterparty, searchable: readonly string[]) => ({
  id: c.id,
  kind: wordOf(CounterpartyKind, c.kind),
  display_name: c.displayName,
  full_name: c.fullName,
  roles: c.roles.map((role) => wordOf(CounterpartyRole, role)),
  tax_code: c.taxCode,
  vat_number: c.vatNumber,
  bank_accounts: c.bankAccounts,
  channels: channelsTo(c.channels),
  addresses: c.addresses.map((address) => ({ ...address, kind: wordOf(AddressKind, address.kind) })),
  responsible_id: c.responsibleId ?? null,
  branch_id: c.branchId ?? null,
  source: c.source,
  industry: c.industry,
  segment: c.segment,
  vip: c.vip,
  birthday: c.birthday || null,
  language: c.language,
  note: c.note,
  tags: c.tags,
  external_id: c.externalId,
  size: c.size,
  tax_country: c.taxCountry,
  do_not_call: c.doNotCall,
  do_not_write: c.doNotWrite,
  caretakers: c.caretakers,
  interests: c.interests,
  custom: c.custom ?? {},
  name_key: skeleton(c.displayName),
  own_search: searchOf(c, searchable),
  deleted_at: c.deleteTime ?? null,
})

const SAVED = `kind display_name full_name roles tax_code vat_number bank_accounts channels addresses responsible_id branch_id
  source industry segment vip birthday language note tags external_id size tax_country do_not_call do_not_write caretakers interests custom name_key own_search deleted_at`.split(/\s+/)

const TYPES: Record<string, string> = {
  roles: 'text[]', tags: 'text[]', bank_accounts: 'jsonb', channels: 'jsonb', addresses: 'jsonb', responsible_id: 'uuid',
  branch_id: 'uuid', vip: 'boolean', birthday: 'date', size: 'int', deleted_at: 'timestamptz', do_not_call: 'boolean', do_not_write: 'boolean',
  caretakers: 'jsonb', interests: 'jsonb', custom: 'jsonb',
}

// Names of columns are constants of this file, never input.
const raw = (text: string) => sql([text])

export const savedColumns = raw(SAVED.join(', '))
export const savedValues = raw(SAVED.map((name) => `r.${name}`).join(', '))
export const savedAssignments = raw(SAVED.map((name) => `${name} = r.${name}`).join(', '))
export const savedTypes = raw(['id uuid', ...SAVED.map((name) => `${name} ${TYPES[name] ?? 'text'}`)].join(', '))
