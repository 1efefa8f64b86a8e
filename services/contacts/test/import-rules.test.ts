import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { callerOf, rightsData } from '@vitrylo/auth'
import { inTx } from '@vitrylo/pg'
import { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { CounterpartyAccessServiceService as Access } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_access_service.ts'
import { ContactPersonServiceService as persons, CreateContactPersonRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties, CreateCounterpartyRequest, UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ImportServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/import_service.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ImportRules, type Import } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { SetSharesRequest } from '@vitrylo/proto/vitrylo/sharing/v1/sharing.ts'
import { branches, defineField, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { counterpartyKind } from '../src/import/counterparty-kind.ts'
import { matchPerson } from '../src/import/match-person.ts'
import { contacts } from '../src/index.ts'
import { importClient } from './import-client.ts'

let service: TestService
let client: ReturnType<typeof importClient>
beforeAll(async () => {
  service = await startTestService(contacts)
  client = importClient(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
})

const rules = (keys: string[], more: object = {}) => ImportRules.fromPartial({ keys, ...more })
const find = async (filter: string) =>
  (await service.call(counterparties.listCounterparties, { filter, pageSize: 0, pageToken: '', orderBy: '' })).counterparties
const add = (given: object, as: PersonName = 'admin'): Promise<Counterparty> =>
  service.call(counterparties.createCounterparty, CreateCounterpartyRequest.fromPartial({ counterparty: { kind: 'COUNTERPARTY_KIND_ORGANISATION', ...given } }), { as })
const load = (text: string, given: Partial<Import>, options: { as?: PersonName; dryRun?: boolean } = {}) => client.load(given, Buffer.from(text), options)
const phone = (value: string, more: object = {}) => ({ kind: 'CHANNEL_KIND_PHONE', value, ...more })
const email = (value: string) => ({ kind: 'CHANNEL_KIND_EMAIL', value })

test('a row is known by tax code, phone in any writing, mail in any case, name in any spelling; the first key that finds decides', async () => {
  const made = await Promise.all([
    add({ displayName: 'За кодом', taxCode: '33333337' }), add({ displayName: 'За телефоном', channels: [phone('+380 67 700 10 01')] }),
    add({ displayName: 'За поштою', channels: [email('Post@Key.ua')] }), add({ displayName: 'Щербаківська майстерня' }),
  ])
  const text = 'taxCode,phone,email,displayName,note\n33333337,,,Інша назва,код\n,(067) 700-10-01,,Інша назва,телефон\n,,post@key.UA,Інша назва,пошта\n,,,Shcherbakivska maisternia,назва\n33333337,067 700 10 01,,Інша назва,код перший\n'
  const done = await load(text, { rules: rules(['taxCode', 'phone', 'email', 'displayName'], { updateFields: ['note'] }) })
  expect(done).toMatchObject({ state: 'IMPORT_STATE_DONE', created: 0n, updated: 5n, failed: 0n })
  const now = await Promise.all(made.map(({ id }) => service.call(counterparties.getCounterparty, { id })))
  expect(now.map(({ note }) => note)).toEqual(['код перший', 'телефон', 'пошта', 'назва'])
  expect(now.map(({ displayName }) => displayName)).toEqual(made.map(({ displayName }) => displayName))
})

// Seen failing: of a row only the new responsible was judged.
test('who was let in to a record changes it by a file and does not make it theirs', async () => {
  const { id } = await add({ displayName: 'Відкрита на день', externalId: 'let-in', responsibleId: people.nadia.id, branchId: branches.kyiv })
  const keys = { rules: rules(['externalId']) }
  const bring = (text: string) => load(`externalId,displayName,${text}`, keys, { as: 'bohdan' })
  await service.call(Access.setShares, SetSharesRequest.fromPartial({ recordId: id, shares: [{ holder: people.bohdan.id, action: 'ACTION_CHANGE' }] as never[] }))
  await until(async () => (await bring('note\nlet-in,Відкрита на день,за згодою\n')).updated === 1n)
  expect(await bring('responsible\nlet-in,Відкрита на день,bohdan\n')).toMatchObject({ updated: 0n, failed: 1n })
  expect(await service.call(counterparties.getCounterparty, { id })).toMatchObject({ responsibleId: people.nadia.id, note: 'за згодою' })
})

// Seen failing with `found.length > 1` taken out of planCounterparties: the first one was changed.
test('several records of one key: the row is refused and names them; a key of two fields tells them apart', async () => {
  const born = (birthday: string) => add({ kind: 'COUNTERPARTY_KIND_PERSON', displayName: 'Іван Двійник', birthday })
  const [older, younger] = [await born('1970-01-01'), await born('1990-01-01')]
  const text = 'displayName,birthday,note\nІван Двійник,1990-01-01,хто з них\n'
  const refused = await load(text, { rules: rules(['displayName']), defaults: { kind: 'person' } })
  expect(refused).toMatchObject({ updated: 0n, created: 0n, failed: 1n })
  const { errors } = await service.call(rpc.listImportErrors, { importId: refused.id, pageSize: 0, pageToken: '' })
  expect(errors[0]).toMatchObject({ rule: 'several', column: 'displayName' })
  for (const { id } of [older, younger]) expect(errors[0]!.description).toContain(id)
  expect(await load(text, { rules: rules(['displayName+birthday']), defaults: { kind: 'person' } })).toMatchObject({ updated: 1n, failed: 0n })
  expect(await service.call(counterparties.getCounterparty, { id: younger.id })).toMatchObject({ note: 'хто з них' })
})

test('what becomes of a known record: overwritten, filled, merged or left alone', async () => {
  const given = { note: 'старе', source: '', tags: ['старий'], channels: [phone('0671110001', { label: 'склад', blocked: true }), email('old@a.ua')] }
  const text = (n: number) => `externalId,displayName,note,source,tags,phone,phone2\nk-${n},Нова ${n},нове,виставка,новий,0671110001,0671110002\n`
  const outcome = async (n: number, known: string) => {
    await add({ displayName: `Стара ${n}`, externalId: `k-${n}`, ...given })
    await load(text(n), { rules: rules([], { known }) })
    const [{ displayName, note, source, tags, channels }] = (await find(`externalId="k-${n}"`)) as [Counterparty]
    return { displayName, note, source, tags, channels: channels.map(({ value, label, blocked }) => [value, label, blocked]) }
  }
  const [kept, other, mail] = [['0671110001', 'склад', true], ['0671110002', '', false], ['old@a.ua', '', false]]
  // What stood in the record of the number (label, do not call) stays with it, and mails are not what the row speaks of.
  expect(await outcome(1, 'IMPORT_KNOWN_UPDATE')).toEqual({ displayName: 'Нова 1', note: 'нове', source: 'виставка', tags: ['новий'], channels: [mail, kept, other] })
  expect(await outcome(2, 'IMPORT_KNOWN_FILL')).toEqual({ displayName: 'Стара 2', note: 'старе', source: 'виставка', tags: ['старий'], channels: [kept, mail] })
  expect(await outcome(3, 'IMPORT_KNOWN_MERGE')).toEqual({ displayName: 'Стара 3', note: 'старе\n\nнове', source: 'виставка', tags: ['старий', 'новий'], channels: [kept, mail, other] })
  expect(await outcome(4, 'IMPORT_KNOWN_SKIP')).toEqual({ displayName: 'Стара 4', note: 'старе', source: '', tags: ['старий'], channels: [kept, mail] })
})

test('rows that are no known record can be passed over, and are counted', async () => {
  await add({ displayName: 'Лише відома', externalId: 'u-1' })
  const done = await load('externalId,displayName,note\nu-1,Лише відома,є\nu-2,Зовсім нова,нема\n', { rules: rules([], { unknown: 'IMPORT_UNKNOWN_SKIP' }) })
  expect(done).toMatchObject({ created: 0n, updated: 1n, skipped: 1n })
  expect(await find('externalId="u-2"')).toEqual([])
})

// Seen failing with newRows().has always false: `duplicates` added both.
test.each([['taxCode', 1n], ['phone', 1n], ['duplicates', 1n]])('two rows of one client in one file are one record by %s', async (key, created) => {
  const [name, code, number] = { taxCode: ['Близнюки А', '44444442', '0672220001'], phone: ['Близнюки Б', '', '0672220002'], duplicates: ['Остапчук-Вернигора Мстислав', '', '0672220003'] }[key]!
  const text = `displayName,taxCode,phone,email,note\n${name},${code},${number},t-${key}@twin.ua,перший\n${name},${code},${number},t-${key}@twin.ua,другий\n`
  for (const dryRun of [true, false]) expect(await load(text, { rules: rules([key]) }, { dryRun })).toMatchObject({ created, updated: 1n, failed: 0n })
  expect(await load(text, { rules: rules([key], { known: 'IMPORT_KNOWN_SKIP' }) })).toMatchObject({ created: 0n, skipped: 2n })
  expect((await find(`displayName="${name}"`)).map(({ note }) => note)).toEqual(['другий'])
})

// Seen failing without the scope in withValues and without `visible` in matchRows; each of the two alone holds.
test('records out of reach are as if they were not there: a row like one of them is added, and nothing tells of it', async () => {
  const lviv = { responsibleId: people.taras.id, branchId: branches.lviv }
  const hidden = await add({ displayName: 'Прихований львівський', taxCode: '55555558', channels: [phone('0673330001'), email('hidden@l.ua')], ...lviv })
  const text = (n: number) => `displayName,taxCode,phone,email\n${n === 1 ? 'Прихований львівський' : `Інший ${n}`},${n === 2 ? '55555558' : ''},${n === 3 ? '0673330001' : ''},${n === 4 ? 'hidden@l.ua' : ''}\n`
  for (const [at, key] of ['displayName', 'taxCode', 'phone', 'email', 'duplicates'].entries()) {
    for (const dryRun of [true, false]) {
      const done = await load(text(Math.min(at + 1, 4)), { rules: rules([key]), defaults: { responsible: 'olena' } }, { as: 'olena', dryRun })
      // The row of `duplicates` finds what the row before it has added, and that alone.
      expect([key, done.created, done.updated, done.failed]).toEqual([key, key === 'duplicates' ? done.created : 1n, key === 'duplicates' ? 1n - done.created : 0n, 0n])
    }
  }
  expect(await service.call(counterparties.getCounterparty, { id: hidden.id })).toMatchObject({ etag: '1' })
})

test('rules that mean nothing are refused before a run', async () => {
  const wrong = rules(['birthday', 'phone+duplicates', 'taxCode+birthday'], { updateFields: ['nothing'] })
  const { violations } = await client.create({ rules: wrong }).catch((error) => error)
  expect(violations.map(({ field, rule }: { field: string; rule: string }) => [field, rule])).toEqual([['rules.keys[0]', 'choice'], ['rules.keys[1]', 'choice'], ['rules.updateFields[0]', 'choice']])
  await expect(client.create({ kind: 'contact-person', rules: rules(['taxCode', 'phone']) })).rejects.toMatchObject({ violations: [{ field: 'rules.keys[0]', rule: 'choice' }] })
})

// Seen failing with mayMatchBy always true (the hidden code told the record) and with keptFrom giving nothing.
test('a field that is hidden is no key, and one that may not be written refuses the row', async () => {
  await add({ displayName: 'Код прихований', taxCode: '77777779', responsibleId: people.nadia.id, branchId: branches.kyiv })
  await limitFields(service.pool, 'sales-managers', [{ section: 'counterparties', field: 'taxCode', limit: 'hide' }])
  const byCode = () => load('displayName,source\nЩось,лист\n', { rules: rules(['taxCode', 'displayName'], { known: 'IMPORT_KNOWN_SKIP' }), defaults: { taxCode: '77777779' } }, { as: 'nadia', dryRun: true })
  const done = await until(async () => {
    const one = await byCode()
    return one.failed === 1n ? one : undefined
  })
  expect(done).toMatchObject({ created: 0n, updated: 0n, skipped: 0n })
  expect(await client.errors(done.id, 'nadia')).toEqual(['2  right '])
  // Without `refusal` every row would be added once more. By the usual key alone nothing is refused as a whole.
  await expect(load('displayName\nКод прихований\n', { rules: rules(['taxCode']) }, { as: 'nadia' })).rejects.toMatchObject({ reason: 'KEYS_HIDDEN' })
  expect(await load('displayName,source\nЗвичайна,лист\n', {}, { as: 'nadia', dryRun: true })).toMatchObject({ created: 1n, failed: 0n })
})

// Seen failing: the skipped rows of the dry run were counted once more, and the zero byte ended the import as a fault of the program.
test('each run counts from nothing; a zero byte in a list costs its row only', async () => {
  await add({ displayName: 'Уже є', externalId: 'zero-1' })
  const text = 'externalId,displayName,tags\nzero-1,Уже є,\nzero-2,Нова,добра\nzero-3,Зіпсована,по\0гана\n'
  const dry = await load(text, { rules: rules([], { known: 'IMPORT_KNOWN_SKIP' }) }, { dryRun: true })
  expect(dry).toMatchObject({ state: 'IMPORT_STATE_DONE', skipped: 1n, created: 1n, failed: 1n })
  await client.run(dry.id)
  expect(await client.finish(dry.id)).toMatchObject({ state: 'IMPORT_STATE_DONE', skipped: 1n, created: 1n, failed: 1n })
})

// Seen failing without keptFrom and asksHidden in the kind of contact persons: the phone was overwritten, and the code told whether there is such a client.
test('a contact person is kept from what is limited, too, and a client is not guessed by a hidden code', async () => {
  const { id } = await add({ displayName: 'Місце обмежених', taxCode: '31316718', responsibleId: people.nadia.id, branchId: branches.kyiv })
  await client.load({ kind: 'contact-person' }, Buffer.from(`displayName,phone,counterpartyId,externalId\nОбмежена,0677001001,${id},lim-1\n`))
  await limitFields(service.pool, 'sales-managers', [{ section: 'counterparties', field: 'taxCode', limit: 'hide' }, { section: 'contact-persons', field: 'channels', limit: 'read-only' }])
  const again = () => client.load({ kind: 'contact-person' }, Buffer.from(`displayName,phone,counterpartyId,externalId\nОбмежена,0677002002,${id},lim-1\n`), { as: 'nadia', dryRun: true })
  const done = await until(async () => {
    const one = await again()
    return one.failed === 1n ? one : undefined
  }, { timeoutMs: 5_000 })
  expect(await client.errors(done.id, 'nadia')).toEqual(['2  right '])
  const guess = await client.load({ kind: 'contact-person' }, Buffer.from('displayName,counterpartyTaxCode\nХтось,31316718\nІнший,21560766\n'), { as: 'nadia', dryRun: true })
  expect(await client.errors(guess.id, 'nadia')).toEqual(['2 counterpartyTaxCode right 31316718', '3 counterpartyTaxCode right 21560766'])
})

test('custom fields of contact persons are columns by name and by label, judged as by hand; what a row leaves out stays', async () => {
  const { id } = await add({ displayName: 'Місце власних полів' })
  const badge = await defineField(service, 'contact-persons', 'badge', { label: { uk: 'Номер бейджа', en: 'Badge number' } })
  await defineField(service, 'contact-persons', 'shirt', { kind: 'CUSTOM_FIELD_KIND_CHOICE', options: [{ word: 's', label: { uk: 'Мала', en: 'Small' }, archived: false }] })
  expect(badge.name).toBe('badge')
  const bring = (text: string) => client.load({ kind: 'contact-person', mapping: text.split('\n')[0]!.split(',').map((column) => ({ column, field: column === 'Бейдж' ? 'custom.badge' : column })) }, Buffer.from(text))
  expect(await bring(`displayName,counterpartyId,externalId,Бейдж,custom.shirt\nМає Бейдж,${id},badge-1,77,s\nНе Той Розмір,${id},badge-2,78,xxl\n`)).toMatchObject({ created: 1n, failed: 1n })
  expect(await bring(`displayName,counterpartyId,externalId,Бейдж\nМає Бейдж,${id},badge-1,79\n`)).toMatchObject({ updated: 1n, failed: 0n })
  const { contactPersons } = await service.call(persons.listContactPersons, { filter: 'externalId = "badge-1"', pageSize: 0, pageToken: '', orderBy: '' })
  expect(contactPersons.map(({ custom }) => custom)).toEqual([{ badge: '79', shirt: 's' }])
})

const staff = async (filter: string) => (await service.call(persons.listContactPersons, { filter, pageSize: 0, pageToken: '', orderBy: '' })).contactPersons
const staffOf = async (counterpartyId: string) => (await staff(`counterpartyId = "${counterpartyId}"`)).sort((a, b) => (a.displayName < b.displayName ? -1 : 1))
const loadPersons = (text: string, given: Partial<Import>, options: { as?: PersonName; dryRun?: boolean } = {}) => client.load({ kind: 'contact-person', ...given }, Buffer.from(text), options)
const addPerson = (given: object) => service.call(persons.createContactPerson, CreateContactPersonRequest.fromPartial({ contactPerson: given }))

// Seen failing with matchPerson.withValues looking at no keys of names (the third was added once more) and with `found.length > 1` let through.
test('a contact person is known by phone, mail or name in any spelling, with the organisation beside it; several refuse the row', async () => {
  const [here, there] = [await add({ displayName: 'Кадри А' }), await add({ displayName: 'Кадри Б' })]
  const at = (counterpartyId: string) => ({ positions: [{ counterpartyId, title: 'менеджер' }] })
  await addPerson({ displayName: 'Телефонна Оксана', channels: [phone('0671230001')], ...at(here.id) })
  await addPerson({ displayName: 'Поштовий Юрій', channels: [email('Post@person.ua')], ...at(here.id) })
  await addPerson({ displayName: 'Щербак Олексій', ...at(here.id) })
  await addPerson({ displayName: 'Щербак Олексій', ...at(there.id) })
  const text = `displayName,phone,email,note,counterpartyId\nХтось,+38 067 123 00 01,,телефон,${here.id}\nХтось,,post@PERSON.ua,пошта,${here.id}\nShcherbak Oleksii,,,назва,${here.id}\n`
  const only = { updateFields: ['note'] }
  expect(await loadPersons(text, { rules: rules(['phone', 'email', 'displayName+counterparty'], only) })).toMatchObject({ created: 0n, updated: 3n, failed: 0n })
  expect((await staffOf(here.id)).map(({ displayName, note }) => [displayName, note])).toEqual([['Поштовий Юрій', 'пошта'], ['Телефонна Оксана', 'телефон'], ['Щербак Олексій', 'назва']])
  const several = await loadPersons(`displayName,counterpartyId\nЩербак Олексій,${here.id}\n`, { rules: rules(['displayName']) })
  expect([several.failed, await client.errors(several.id)]).toEqual([1n, ['2 displayName several Щербак Олексій']])
})

// Seen failing with the rules taken for `update` whatever they say.
test('what becomes of a known contact person: overwritten, filled, merged, left alone; an unknown one can be passed over', async () => {
  const { id } = await add({ displayName: 'Кадри за правилами' })
  const text = (n: number) => `externalId,displayName,note,birthday,phone,phone2,position,counterpartyId\nr-${n},Нова Особа ${n},нове,1980-03-04,067200000${n},068300000${n},директор,${id}\n`
  const outcome = async (n: number, known: string) => {
    await addPerson({ displayName: `Особа ${n}`, externalId: `r-${n}`, note: 'старе', channels: [phone(`067200000${n}`, { label: 'приймальня' }), email('r@person.ua')], positions: [{ counterpartyId: id, title: '' }] })
    for (const _again of [1, 2]) await loadPersons(text(n), { rules: rules([], { known }) })
    const [{ displayName, note, birthday, channels, positions, etag }] = (await staff(`externalId="r-${n}"`)) as [Awaited<ReturnType<typeof addPerson>>]
    return [etag, displayName, note, birthday, channels.map(({ value, label }) => value + label).join(' '), positions.map(({ title }) => title).join()]
  }
  // The second time nothing changes.
  expect(await outcome(1, 'IMPORT_KNOWN_UPDATE')).toEqual(['2', 'Нова Особа 1', 'нове', '1980-03-04', 'r@person.ua 0672000001приймальня 0683000001', 'директор'])
  expect(await outcome(2, 'IMPORT_KNOWN_FILL')).toEqual(['2', 'Особа 2', 'старе', '1980-03-04', '0672000002приймальня r@person.ua', 'директор'])
  expect(await outcome(3, 'IMPORT_KNOWN_MERGE')).toEqual(['2', 'Нова Особа 3', 'старе\n\nнове', '1980-03-04', '0672000003приймальня r@person.ua 0683000003', 'директор'])
  expect(await outcome(4, 'IMPORT_KNOWN_SKIP')).toEqual(['1', 'Особа 4', 'старе', '', '0672000004приймальня r@person.ua', ''])
  expect(await loadPersons(text(9), { rules: rules([], { unknown: 'IMPORT_UNKNOWN_SKIP' }) })).toMatchObject({ created: 0n, skipped: 1n })
})

// Seen failing with newRows().has always false: both were added.
test.each(['phone', 'displayName+counterparty', 'duplicates'])('two rows of one person in one file are one person by %s', async (key) => {
  const { id } = await add({ displayName: `Двійники ${key}` })
  const [tail, name] = { phone: ['61', 'Остапенко Ярина'], 'displayName+counterparty': ['62', 'Бондаренко Марко'], duplicates: ['63', 'Вернигора Мстислава'] }[key]!
  const text = `displayName,phone,email,birthday,note,counterpartyId\n${name},06740000${tail},y${tail}@p.ua,1991-02-03,перший,${id}\n${name},06740000${tail},y${tail}@p.ua,1991-02-03,другий,${id}\n`
  for (const dryRun of [true, false]) expect(await loadPersons(text, { rules: rules([key]) }, { dryRun })).toMatchObject({ created: 1n, updated: 1n, failed: 0n })
  expect((await staffOf(id)).map(({ note }) => note)).toEqual(['другий'])
})

// Seen failing with every person taken for visible in matchPerson.lock, and without usableKeys.
test('persons out of reach are as if they were not there, and a hidden field is no key of theirs', async () => {
  const lviv = await add({ displayName: 'Львівські кадри', responsibleId: people.taras.id, branchId: branches.lviv })
  const kyiv = await add({ displayName: 'Київські кадри', responsibleId: people.olena.id, branchId: branches.kyiv })
  await addPerson({ displayName: 'Схована Леся', externalId: 'hid-1', channels: [phone('0675550001')], positions: [{ counterpartyId: lviv.id }] })
  for (const key of ['phone', 'displayName', 'duplicates']) {
    const done = await loadPersons(`displayName,phone,counterpartyId\nСхована Леся,0675550001,${kyiv.id}\n`, { rules: rules([key]) }, { as: 'olena', dryRun: true })
    expect([key, done.created, done.updated, done.failed]).toEqual([key, 1n, 0n, 0n])
  }
  const taken = await loadPersons(`displayName,externalId,counterpartyId\nІнша,hid-1,${kyiv.id}\n`, {}, { as: 'olena' })
  expect(await client.errors(taken.id, 'olena')).toEqual(['2 externalId unique hid-1'])
  await limitFields(service.pool, 'sales-managers', [{ section: 'contact-persons', field: 'channels', limit: 'hide' }])
  await until(async () => (await loadPersons(`displayName,counterpartyId\nХтось,${kyiv.id}\n`, { rules: rules(['phone']) }, { as: 'nadia', dryRun: true }).catch(({ reason }) => reason)) === 'KEYS_HIDDEN', { timeoutMs: 5_000 })
  await limitFields(service.pool, 'sales-managers', [])
})

// Seen failing with the key not looked at: everybody of the name was read, of whatever firm, for each batch.
test('of very many who are named alike only those of the organisations of the rows are read', async () => {
  const [here, there] = [await add({ displayName: 'Бухгалтерія А' }), await add({ displayName: 'Бухгалтерія Б' })]
  for (const { id } of [here, there]) await addPerson({ displayName: 'Головна бухгалтерка', positions: [{ counterpartyId: id, title: '' }] })
  const data = rightsData({ employees: [], branches: [], groups: [{ name: 'all', cells: [{ section: 'contact-persons', action: 'view', scope: 'all' }] }] })
  const caller = callerOf(data, { subject: 's', username: 'u', groups: ['all'], client: '', sessionId: undefined, expiresAt: 0 })
  const row = ContactPerson.fromPartial({ displayName: 'Головна бухгалтерка', positions: [{ counterpartyId: here.id }] })
  const read = (key: string[]) => inTx(service.pool, async (tx) => (await matchPerson.withValues(tx, caller, 'displayName', [row], key)).map(({ positions }) => positions[0]!.counterpartyId).sort())
  expect(await read(['displayName'])).toEqual([here.id, there.id].sort())
  expect(await read(['displayName', 'counterparty'])).toEqual([here.id])
})

// Seen failing with the place added once more: the database refused it, and the whole import ended as a fault of the program.
test('a place that the importer may add to and not change stays as it is, whatever else the row changes of the person', async () => {
  const [other, own] = [await add({ displayName: 'Чужі кадри', responsibleId: people.olena.id }), await add({ displayName: 'Власні кадри', responsibleId: people.owner.id })]
  const { id } = await addPerson({ displayName: 'Двомісна Рая', channels: [phone('0675550002')], positions: [{ counterpartyId: other.id, title: 'юристка' }, { counterpartyId: own.id, title: 'радниця' }] })
  const wide = ['view', 'create'].map((action) => ({ section: 'contact-persons', action, scope: 'all' }))
  await service.pool.query(`update rights_group set cells = cells || $1::jsonb where name = 'own-only'`, [JSON.stringify(wide)])
  await service.pool.query('update rights_version set version = version + 1')
  const row = (n: number, title: string) => loadPersons(`displayName,phone,note,position,counterpartyId\nДвомісна Рая,0675550002,нотатка ${n},${title},${other.id}\n`, { rules: rules(['phone']) }, { as: 'owner' })
  await until(async () => (await row(1, '')).updated === 1n, { timeoutMs: 5_000 })
  const refused = await row(2, 'директорка')
  expect([refused.state, await client.errors(refused.id, 'owner')]).toEqual(['IMPORT_STATE_DONE', ['2 position scope директорка']])
  const [person] = await staffOf(other.id)
  expect([person!.id, person!.note, person!.positions.map(({ title }) => title)]).toEqual([id, 'нотатка 1', ['юристка', 'радниця']])
})

// Seen failing with withPersons left out of planCounterparties.
test('a row of a counterparty brings its contact person with position; the columns are guessed, wrong ones told by column, a repeated file changes nothing', async () => {
  const head = 'Company;ЄДРПОУ;Contact person;Position;Person’s phone;Person’s e-mail;Phone'
  const { id } = await client.create({ rules: rules(['taxCode']) })
  const file = await client.upload(id, Buffer.from(`${head}\nФірма з людьми;27450010;Гнатюк Олена;директорка;067 900 00 01;olena@firm.ua;0449000001\nФірма з людьми;27450010;Коваль Петро;бухгалтер;;petro@firm.ua;0449000001\nФірма без людини;27450027;;;;;0449000002\nФірма з помилкою;27450033;Хибний;;12;;\nБезіменна людина;27450040;;юрист;;;\n`))
  const mapping = file.suggestion!.mapping
  expect(mapping.map(({ field }) => field)).toEqual(['displayName', 'taxCode', 'person.displayName', 'person.position', 'person.phone', 'person.email', 'phone'])
  await service.call(rpc.updateImport, { import: { ...file, mapping }, updateMask: ['mapping'] })
  const { rows } = await service.call(rpc.previewImport, { id })
  expect(rows[0]).toMatchObject({ values: { displayName: 'Фірма з людьми', 'person.displayName': 'Гнатюк Олена', 'person.position': 'директорка', 'person.phone': '+380679000001, olena@firm.ua' }, errors: [] })
  expect(rows[3]!.errors).toMatchObject([{ column: 'Person’s phone', field: 'person.phone', rule: 'phone-digits' }])
  for (const dryRun of [true, false]) {
    await client.run(id, dryRun)
    expect(await client.finish(id)).toMatchObject({ created: 2n, updated: 1n, failed: 2n })
    expect((await client.errors(id)).sort()).toEqual(['5 Person’s phone phone-digits 12', '6 Contact person required '])
  }
  const [firm] = await find('taxCode="27450010"')
  expect((await staffOf(firm!.id)).map(({ displayName, positions, channels, etag }) => [displayName, positions[0]!.title, channels.map(({ e164, value }) => e164 || value).join(), etag])).toEqual([
    ['Гнатюк Олена', 'директорка', '+380679000001,olena@firm.ua', '1'], ['Коваль Петро', 'бухгалтер', 'petro@firm.ua', '1'],
  ])
  await client.run(id)
  expect(await client.finish(id)).toMatchObject({ created: 0n, updated: 3n, failed: 2n })
  expect((await staffOf(firm!.id)).map(({ etag }) => etag)).toEqual(['1', '1'])
})

// Seen failing without the right asked for in planPersonsOf, and with persons of the whole base looked at instead of those of the organisation.
test('a person of a row is sought at the organisation alone, by phone, mail, name; the rules hold for them, and so does the right to add them', async () => {
  const own = (text: string, given: Partial<Import> = {}, options: { as?: PersonName } = {}) => load(`externalId,displayName,person.displayName,person.phone,person.note,person.externalId\n${text}`, given, options)
  await own('w-1,Перша робота,Мельник Ірина,0509990001,давня,\nw-2,Друга робота,Мельник Ірина,,інша,\n')
  const [first, second] = [(await find('externalId="w-1"'))[0]!, (await find('externalId="w-2"'))[0]!]
  expect([(await staffOf(first.id)).length, (await staffOf(second.id)).length]).toEqual([1, 1])
  await own('w-1,Перша робота,Ірина М.,+380509990001,нова,\n', { rules: rules([], { known: 'IMPORT_KNOWN_FILL' }) })
  expect((await staffOf(first.id)).map(({ displayName, note }) => [displayName, note])).toEqual([['Мельник Ірина', 'давня']])
  await own('w-1,Перша робота,Ірина М.,+380509990001,нова,\n', { rules: rules([], { updateFields: ['person.note'] }) })
  expect((await staffOf(first.id)).map(({ displayName, note }) => [displayName, note])).toEqual([['Мельник Ірина', 'нова']])
  // One person of two rows of one batch, by the external id: they get a second place.
  expect(await own('w-3,Третя,Спільна Особа,,,sp-1\nw-4,Четверта,Спільна Особа,,,sp-1\n')).toMatchObject({ created: 2n, failed: 0n })
  expect((await staff('externalId="sp-1"'))[0]!.positions).toHaveLength(2)
  // Who may add counterparties only adds no person with them.
  const cells = ['view', 'create', 'change'].map((action) => ({ section: 'counterparties', action, scope: 'all' }))
  await service.pool.query('insert into rights_group (id, name, cells, revision) values ($1, $2, $3, 1)', [people.nobody.id, people.nobody.id, JSON.stringify(cells)])
  await service.pool.query('update rights_version set version = version + 1')
  await until(async () => (await client.create({}, 'nobody').catch(() => undefined)) !== undefined, { timeoutMs: 5_000 })
  const narrow = await load('externalId,displayName,person.displayName,branch\nw-1,Перша робота,Зайва Особа,\nw-5,Нова фірма,Зайва Особа,\nw-6,Сама фірма,,\n', {}, { as: 'nobody' })
  expect([narrow.created, await client.errors(narrow.id, 'nobody')]).toEqual([1n, ['2 person.displayName right Зайва Особа', '3 person.displayName right Зайва Особа']])
  await limitFields(service.pool, 'sales-managers', [{ section: 'contact-persons', field: 'note', limit: 'read-only' }])
  const limited = await until(async () => {
    const one = await client.load({ defaults: { responsible: 'nadia' } }, Buffer.from('displayName,person.displayName,person.note\nЩойно,Хтось,заборонено\n'), { as: 'nadia', dryRun: true })
    return one.failed === 1n ? one : undefined
  }, { timeoutMs: 5_000 })
  expect(await client.errors(limited.id, 'nadia')).toEqual(['2 person.note right заборонено'])
  await limitFields(service.pool, 'sales-managers', [])
})

const reasons = async (importId: string, as: PersonName = 'admin') =>
  (await service.call(rpc.listImportErrors, { importId, pageSize: 0, pageToken: '' }, { as })).errors.map(({ line, description }) => `${line} ${description}`)

test('a value of a custom field that no two may have is refused by its row; the others go in', async () => {
  await defineField(service, 'counterparties', 'pass_no', { unique: true, filterable: true })
  const holder = await add({ displayName: 'Має перепустку', custom: { pass_no: 'A-1' } })
  const text = 'externalId,displayName,custom.pass_no\np-1,Чужа,A-1\np-2,Перша,B-1\np-3,Друга такої,B-1\np-4,Без неї,\np-5,Також без,\n'
  const done = await load(text, { defaults: { kind: 'organisation' } })
  expect(done).toMatchObject({ state: 'IMPORT_STATE_DONE', created: 3n, failed: 2n })
  expect(await client.errors(done.id)).toEqual(['2 custom.pass_no unique A-1', '4 custom.pass_no unique B-1'])
  expect(await reasons(done.id)).toEqual([`2 is taken by Має перепустку (${holder.id})`, '4 row 3 of the file has it'])
  const unseen = await load('externalId,displayName,custom.pass_no\np-7,Чужа,A-1\n', { defaults: { kind: 'organisation' } }, { as: 'olena' })
  expect(await reasons(unseen.id, 'olena')).toEqual(['2 is taken by another record, which you cannot see'])
  // Its own value is nobody else's.
  expect(await load('externalId,displayName,custom.pass_no\np-2,Перша,B-1\n', { defaults: { kind: 'organisation' } })).toMatchObject({ updated: 1n, failed: 0n })
})

// Seen failing: with no memory of earlier batches the check said 1,102 created and none refused; with one of values alone it refused a row that is the record of
// an earlier one, and a value that an earlier row had given up.
test('a dry run tells of doubles of a unique custom field however far apart they are, as the run does', async () => {
  await defineField(service, 'counterparties', 'chest_no', { unique: true })
  const [giver, other] = [await add({ displayName: 'Віддає свій', custom: { chest_no: 'far-0' } }), await add({ displayName: 'Тримає свій', custom: { chest_no: 'far-9' } })]
  const rows = Array.from({ length: 1_100 }, (_none, at) => `far-${at},Далека ${at},${at + 1}`)
  const change = (at: number, row: string): void => void (rows[at] = row)
  change(0, `${giver.externalId || 'far-giver'},Віддає свій,far-1`)
  change(600, 'far-600,Бере те саме,7')
  change(700, 'far-5,Той самий рядок ще раз,6')
  change(800, 'far-800,Бере віддане,far-0')
  change(900, 'far-900,Бере чуже,far-9')
  change(1_099, 'far-1099,Бере взяте в цій самій частині,1099')
  await service.call(counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id: giver.id, externalId: 'far-giver' }, updateMask: ['externalId'] }))
  const text = `externalId,displayName,custom.chest_no\n${rows.join('\n')}\n`
  const { id } = await client.create({ defaults: { kind: 'organisation' } })
  await client.upload(id, Buffer.from(text))
  const outcome = async (dryRun: boolean) => {
    await client.run(id, dryRun)
    const { state, rows: read, created, updated, skipped, failed } = await client.finish(id)
    return { counts: { state, read, created, updated, skipped, failed }, errors: await client.errors(id), reasons: await reasons(id) }
  }
  const check = await outcome(true)
  expect(check.reasons).toEqual(['602 row 8 of the file has it', `902 is taken by Тримає свій (${other.id})`, '1101 row 1100 of the file has it'])
  await until(async () => (await service.pool.query('select from import_value')).rowCount === 0)
  const again = await outcome(true)
  expect(again).toEqual(check)
  const done = await outcome(false)
  expect([done.counts, done.errors]).toEqual([check.counts, check.errors])
  expect(done.counts).toMatchObject({ state: 'IMPORT_STATE_DONE', created: 1_095n, updated: 2n, failed: 3n })
})

test('the same of contact persons, in a file of theirs and beside a counterparty', async () => {
  await defineField(service, 'contact-persons', 'badge_no', { unique: true, filterable: true })
  await add({ displayName: 'Бюро перепусток', externalId: 'badge-firm' })
  const text = 'externalId,displayName,counterpartyExternalId,custom.badge_no\nb-1,Олена Перша,badge-firm,7\nb-2,Ірина Друга,badge-firm,7\nb-3,Ніна Третя,badge-firm,8\n'
  const done = await load(text, { kind: 'contact-person' })
  expect(done).toMatchObject({ created: 2n, failed: 1n })
  expect(await client.errors(done.id)).toEqual(['3 custom.badge_no unique 7'])
  const beside = await load('externalId,displayName,person.displayName,person.custom.badge_no\nbadge-2,Інше бюро,Зоя Чужа,8\nbadge-3,Третє бюро,Зоя Своя,9\n', { defaults: { kind: 'organisation' } })
  expect(beside).toMatchObject({ created: 1n, failed: 1n })
  expect(await client.errors(beside.id)).toEqual(['2 person.custom.badge_no unique 8'])
  // A row that is refused for its person takes nothing from the next one.
  const refused = await load('externalId,displayName,custom.pass_no,person.displayName,person.custom.badge_no\nbadge-4,З особою,C-1,Зоя Чужа,8\nbadge-5,Без особи,C-1,,\n', { defaults: { kind: 'organisation' } })
  expect(refused).toMatchObject({ created: 1n, failed: 1n })
})

test('batches with contact persons go one by one: these are sought by what others may be saving just now', () => {
  const { concurrent } = counterpartyKind('UA', { data: () => rightsData({ employees: [], branches: [], groups: [] }) })
  const row = { counterparty: {} as Counterparty, given: [], ownerless: false }
  expect([concurrent!([row, row]), concurrent!([row, { ...row, person: {} as never }])]).toEqual([true, false])
})
