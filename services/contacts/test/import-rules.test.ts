import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties, CreateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ImportServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/import_service.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ImportRules, type Import } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { branches, defineField, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
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
  await expect(client.create({ kind: 'contact-person', rules: rules(['phone']) })).rejects.toMatchObject({ violations: [{ field: 'rules', rule: 'choice' }] })
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
