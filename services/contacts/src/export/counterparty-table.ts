import { customTable, type Table, type Words } from '@vitrylo/imports'
import type { Asker, ListRequest } from '@vitrylo/lists'
import { ChannelKind, Counterparty, CounterpartyKind, CounterpartyRole } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { Deps } from '@vitrylo/service'
import { countryOf } from '@vitrylo/service/phone.ts'
import { getCountryCallingCode } from 'libphonenumber-js'
import { amongExported, pageOfCounterparties } from '../counterparty/counterparty-sql.ts'
import { parseQuery } from '../search/query.ts'
import { searchCounterparties } from '../search/search-counterparties.ts'
import { valuesOf } from './person-table.ts'

type Source = Pick<Deps, 'pool' | 'env'>

/** As many as a list that is searched shows: a search has its best and no page behind them. */
const FOUND = 100

/** A page of those that the asker may see and export: of the list, or all that the search finds by `q`. */
export async function exportedPage({ pool, env }: Source, asker: Asker, request: ListRequest, q: string) {
  if (q === '') return pageOfCounterparties(pool, asker, 'export', request)
  const { counterparties: found } = await searchCounterparties(pool, asker.caller, parseQuery(q, getCountryCallingCode(countryOf(env))), FOUND)
  const reached = await amongExported(pool, asker.caller, found.map(({ id }) => id))
  return { counterparties: found.filter(({ id }) => reached.has(id)), nextPageToken: '' }
}

const KINDS: Partial<Record<CounterpartyKind, Words>> = {
  [CounterpartyKind.ORGANISATION]: { uk: 'Організація', en: 'Organisation' },
  [CounterpartyKind.PERSON]: { uk: 'Людина', en: 'Person' },
}
const ROLES: Partial<Record<CounterpartyRole, Words>> = {
  [CounterpartyRole.CLIENT]: { uk: 'Клієнт', en: 'Client' },
  [CounterpartyRole.PROSPECT]: { uk: 'Потенційний клієнт', en: 'Prospect' },
  [CounterpartyRole.PARTNER]: { uk: 'Партнер', en: 'Partner' },
  [CounterpartyRole.SUPPLIER]: { uk: 'Постачальник', en: 'Supplier' },
  [CounterpartyRole.COMPETITOR]: { uk: 'Конкурент', en: 'Competitor' },
  [CounterpartyRole.GUEST]: { uk: 'Гість', en: 'Guest' },
  [CounterpartyRole.CANDIDATE]: { uk: 'Кандидат', en: 'Candidate' },
}

/** Counterparties as their list shows them, and what a list by hand is mostly made for; `q`: of a search. */
export const counterpartyTable = (source: Source, q: string): Table<Counterparty> => ({
  section: 'counterparties',
  typeName: 'vitrylo.contacts.v1.Counterparty',
  encode: (counterparty) => Counterparty.encode(counterparty).finish(),
  title: { uk: 'Контрагенти', en: 'Counterparties' },
  async page(asker, request) {
    const { counterparties: records, nextPageToken } = await exportedPage(source, asker, request, q)
    return { records, nextPageToken }
  },
  columns: (rights) => [
    { head: { uk: 'Назва або ім’я', en: 'Name' }, of: ['displayName'], width: 36, value: ({ displayName }) => displayName },
    { head: { uk: 'Вид', en: 'Kind' }, of: ['kind'], width: 14, value: ({ kind }, { language }) => KINDS[kind]?.[language] },
    { head: { uk: 'Роль', en: 'Role' }, of: ['roles'], width: 20, value: ({ roles }, { language }) => roles.map((role) => ROLES[role]?.[language] ?? '').filter(Boolean).join(', ') },
    { head: { uk: 'Телефон', en: 'Phone' }, of: ['channels'], width: 20, value: ({ channels }) => valuesOf(channels, ChannelKind.PHONE) },
    { head: { uk: 'Пошта', en: 'Mail' }, of: ['channels'], width: 28, value: ({ channels }) => valuesOf(channels, ChannelKind.EMAIL) },
    { head: { uk: 'Місто', en: 'City' }, of: ['addresses'], width: 16, value: ({ addresses }) => addresses.find(({ city }) => city !== '')?.city },
    { head: { uk: 'Відповідальний', en: 'Responsible' }, of: ['responsibleId'], value: ({ responsibleId }, { rights: { employees } }) => employees.get(responsibleId ?? '')?.displayName },
    { head: { uk: 'Філія', en: 'Branch' }, of: ['branchId'], value: ({ branchId }, { rights: { branchFacts } }) => branchFacts.get(branchId ?? '')?.name },
    { head: { uk: 'Код', en: 'Tax code' }, of: ['taxCode'], width: 14, value: ({ taxCode }) => taxCode },
    { head: { uk: 'Працівників', en: 'Employees' }, of: ['size'], kind: 'figure', value: ({ size }) => size || undefined },
    { head: { uk: 'Галузь', en: 'Industry' }, of: ['industry'], value: ({ industry }) => industry },
    { head: { uk: 'Сегмент', en: 'Segment' }, of: ['segment'], value: ({ segment }) => segment },
    { head: { uk: 'Джерело', en: 'Source' }, of: ['source'], value: ({ source: from }) => from },
    { head: { uk: 'Мітки', en: 'Tags' }, of: ['tags'], value: ({ tags }) => tags.join(', ') },
    { head: { uk: 'Примітка', en: 'Note' }, of: ['note'], width: 40, value: ({ note }) => note },
    ...customTable<Counterparty>(rights, 'counterparties'),
    { head: { uk: 'Останній контакт', en: 'Last contact' }, of: ['lastContactTime'], kind: 'time', value: ({ lastContactTime }) => lastContactTime },
    { head: { uk: 'Наступний контакт', en: 'Next contact' }, of: ['nextContactTime'], kind: 'time', value: ({ nextContactTime }) => nextContactTime },
    { head: { uk: 'Заведено', en: 'Created' }, of: ['createTime'], kind: 'time', value: ({ createTime }) => createTime },
    { head: { uk: 'Змінено', en: 'Changed' }, of: ['updateTime'], kind: 'time', value: ({ updateTime }) => updateTime },
  ],
})
