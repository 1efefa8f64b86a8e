import { customTable, type Table, type Words } from '@vitrylo/imports'
import { many, sql, type Pool } from '@vitrylo/pg'
import { ChannelKind, type Channel } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ContactPerson, DecisionRole } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { listContactPersons } from '../contact-person/contact-person-sql.ts'
import { scope } from '../counterparty/counterparty-sql.ts'

const DECISIONS: Partial<Record<DecisionRole, Words>> = {
  [DecisionRole.DECIDES]: { uk: 'вирішує', en: 'decides' },
  [DecisionRole.APPROVES_PAYMENT]: { uk: 'погоджує оплату', en: 'approves payment' },
  [DecisionRole.INFLUENCES]: { uk: 'впливає', en: 'influences' },
  [DecisionRole.USES]: { uk: 'користується', en: 'uses' },
}

/** All of a kind, the main one first. */
export const valuesOf = (channels: readonly Channel[], kind: ChannelKind): string =>
  channels.filter((channel) => channel.kind === kind).toSorted((a, b) => Number(b.primary) - Number(a.primary)).map(({ value }) => value).join(', ')

/** Contact persons as their list shows them; of several places each column has all, in the same order. */
export const personTable = (pool: Pool): Table<ContactPerson> => ({
  section: 'contact-persons',
  typeName: 'vitrylo.contacts.v1.ContactPerson',
  encode: (person) => ContactPerson.encode(person).finish(),
  title: { uk: 'Контактні особи', en: 'Contact persons' },
  async page(asker, request) {
    const { contactPersons: records, nextPageToken } = await listContactPersons(pool, asker, request, 'export')
    return { records, nextPageToken }
  },
  async names({ caller }, persons) {
    const ids = persons.flatMap(({ positions }) => positions.map(({ counterpartyId }) => counterpartyId))
    const rows = await many<{ id: string; name: string }>(pool, sql`select c.id, c.display_name as name from counterparty c where c.id = any(${ids}::uuid[]) and ${scope(caller, 'view')}`)
    return caller.limits()?.hidden.get('counterparties')?.has('displayName') ? new Map() : new Map(rows.map(({ id, name }) => [id, name]))
  },
  columns: (rights) => [
    { head: { uk: 'Ім’я', en: 'Name' }, of: ['displayName'], width: 32, value: ({ displayName }) => displayName },
    { head: { uk: 'Посада', en: 'Position' }, of: ['positions'], value: ({ positions }) => positions.map(({ title }) => title).filter(Boolean).join(', ') },
    { head: { uk: 'Організація', en: 'Organisation' }, of: ['positions'], width: 36, value: ({ positions }, { names }) => positions.map(({ counterpartyId }) => names.get(counterpartyId) ?? '').filter(Boolean).join(', ') },
    { head: { uk: 'Роль у рішенні', en: 'Part in the decision' }, of: ['positions'], value: ({ positions }, { language }) => positions.map(({ decisionRole }) => DECISIONS[decisionRole]?.[language] ?? '').filter(Boolean).join(', ') },
    { head: { uk: 'Телефон', en: 'Phone' }, of: ['channels'], width: 20, value: ({ channels }) => valuesOf(channels, ChannelKind.PHONE) },
    { head: { uk: 'Пошта', en: 'Mail' }, of: ['channels'], width: 28, value: ({ channels }) => valuesOf(channels, ChannelKind.EMAIL) },
    { head: { uk: 'Дата народження', en: 'Date of birth' }, of: ['birthday'], kind: 'day', value: ({ birthday }) => birthday },
    { head: { uk: 'Відповідальний', en: 'Responsible' }, of: ['responsibleId'], value: ({ responsibleId }, { rights: { employees } }) => employees.get(responsibleId)?.displayName },
    { head: { uk: 'Філія', en: 'Branch' }, of: ['branchId'], value: ({ branchId }, { rights: { branchFacts } }) => branchFacts.get(branchId)?.name },
    { head: { uk: 'Примітка', en: 'Note' }, of: ['note'], width: 40, value: ({ note }) => note },
    ...customTable<ContactPerson>(rights, 'contact-persons'),
    { head: { uk: 'Заведено', en: 'Created' }, of: ['createTime'], kind: 'time', value: ({ createTime }) => createTime },
    { head: { uk: 'Змінено', en: 'Changed' }, of: ['updateTime'], kind: 'time', value: ({ updateTime }) => updateTime },
  ],
})
