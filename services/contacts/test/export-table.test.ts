import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ExportFormat } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { TableFormat } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import { defineField, limitFields, startTestService, tableClient, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { exportClient } from './export-client.ts'
import { email, organisation, person, phone } from './samples.ts'

let service: TestService
let table: ReturnType<typeof tableClient>
let parties: ReturnType<typeof exportClient>
let kyiv: string
let lviv: string
beforeAll(async () => {
  service = await startTestService(contacts)
  table = tableClient(service, persons.exportContactPersons)
  parties = exportClient(service)
  await defineField(service, 'contact-persons', 'weight', { kind: 'CUSTOM_FIELD_KIND_NUMBER', label: { uk: 'Вага', en: 'Weight' } })
  kyiv = (await service.call(counterparties.createCounterparty, organisation('Київська фірма', { size: 12, taxCode: '21560766' }), { as: 'olena' })).id
  lviv = (await service.call(counterparties.createCounterparty, organisation('Львівська фірма'), { as: 'taras' })).id
  await service.call(persons.createContactPerson, person('=Зоряна; Приходько', [kyiv, lviv], { channels: [phone('0991234567'), email('z@f.ua')], birthday: '1980-03-04', custom: { weight: 12.5 } }))
  await service.call(persons.createContactPerson, person('Андрій Бондар', [lviv]))
  // A quarter to midnight in London is the next day in Kyiv.
  await service.pool.query(`update contact_person set created_at = '2026-11-22T23:45:00Z'`)
})
afterAll(async () => {
  table.close()
  parties.close()
  await service.stop()
})

const HEAD = ['Ім’я', 'Посада', 'Організація', 'Роль у рішенні', 'Телефон', 'Пошта', 'Дата народження', 'Відповідальний', 'Філія', 'Примітка', 'Вага', 'Заведено', 'Змінено']
const lines = (bytes: Buffer) => bytes.toString().replace('\ufeff', '').trim().split('\r\n')

test('a table for people: heads and words of the language, names of people, days of the reader, decimal commas, nothing that a spreadsheet would run', async () => {
  const { bytes, name, records } = await table.download({ format: TableFormat.CSV, language: 'uk', timeZone: 'Europe/Kyiv', orderBy: 'displayName' })
  const [head, last, first] = lines(bytes)
  expect(head).toBe(HEAD.join(';'))
  expect(first).toMatch(/^Андрій Бондар;бухгалтерка;Львівська фірма;вирішує;;;;Тарас [^;]+;lviv;;;2026-11-23 01:45;/)
  expect(last).toMatch(/^"'=Зоряна; Приходько";"бухгалтерка, бухгалтерка";"Київська фірма, Львівська фірма";"вирішує, вирішує";0991234567;z@f\.ua;1980-03-04;/)
  expect(last).toContain(';"12,5";2026-11-23 01:45;')
  expect(name).toMatch(/^контактні-особи-\d{4}-\d\d-\d\d\.csv$/)
  expect(records).toBe(2)
  const english = await table.download({ format: TableFormat.CSV, language: 'en', filter: 'displayName: "Бондар"' })
  expect(english.name).toMatch(/^contact-persons-/)
  expect(lines(english.bytes)[0]).toMatch(/^Name,Position,/)
  expect(lines(english.bytes)).toHaveLength(2)
  expect(lines(english.bytes)[1]).toContain(',2026-11-22 23:45,')
  await expect(table.download({ timeZone: 'Київ' })).rejects.toMatchObject({ violations: [{ field: 'timeZone' }] })
})

test('only what the right to export reaches, each place by itself; a hidden field has no column', async () => {
  const olena = lines((await table.download({ format: TableFormat.CSV }, 'olena')).bytes)
  expect(olena).toHaveLength(2)
  expect(olena[1]).toContain('Київська фірма')
  expect(olena.join()).not.toContain('Львівська')
  await limitFields(service.pool, 'sales-heads', [{ section: 'contact-persons', field: 'channels', limit: 'hide' }, { section: 'contact-persons', field: 'custom.weight', limit: 'hide' }, { section: 'counterparties', field: 'displayName', limit: 'hide' }])
  await service.refreshed()
  const [head, ...rows] = lines((await table.download({ format: TableFormat.CSV }, 'head')).bytes)
  expect(head!.split(';')).toEqual(HEAD.filter((one) => !['Телефон', 'Пошта', 'Вага'].includes(one)))
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.join()).not.toMatch(/0991234567|z@f\.ua|12,5|фірма/)
})

// Seen failing with the right to export left out of the page: both were taken out.
test('who sees all and may export their own takes out their own', async () => {
  await service.pool.query(`update rights_group set cells = (select jsonb_agg(case when c->>'section' = 'contact-persons' and c->>'action' = 'export' then c || '{"scope": "own"}' else c end) from jsonb_array_elements(cells) c) where name = 'sales-heads'`)
  await service.pool.query('update rights_version set version = version + 1')
  await service.refreshed()
  expect((await service.call(persons.listContactPersons, { filter: '', pageSize: 0, pageToken: '', orderBy: '' }, { as: 'head' })).contactPersons).toHaveLength(2)
  expect(await table.download({ format: TableFormat.JSON }, 'head')).toMatchObject({ bytes: Buffer.from('[]\n'), records: 0 })
})

test('counterparties are taken out as the screen shows them too, of a search as well, beside the file that an import takes back', async () => {
  const csv = (more: object) => parties.download({ format: ExportFormat.CSV, language: 'uk', ...more })
  const [head, ...rows] = lines(await csv({ orderBy: 'displayName' }))
  expect(head).toMatch(/^Назва або ім’я;Вид;Роль;Телефон;/)
  expect(rows.map((row) => row.split(';').slice(0, 2).join(' '))).toEqual(['Київська фірма Організація', 'Львівська фірма Організація'])
  expect(lines(await csv({ q: 'львівська' })).slice(1).map((row) => row.split(';')[0])).toEqual(['Львівська фірма'])
  expect(lines(await parties.download({ format: ExportFormat.CSV }))[0]).toMatch(/^id,/)
  await expect(csv({ columns: ['displayName'] })).rejects.toMatchObject({ violations: [{ field: 'columns' }] })
  await expect(csv({ format: ExportFormat.VCARD })).rejects.toMatchObject({ violations: [{ field: 'format' }] })
})
