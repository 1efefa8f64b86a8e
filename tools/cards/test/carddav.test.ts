// Address books as phones and mail programs use them: by tsdav, whose author is not ours, and by requests in the manner of CalDAVTester.
// Seen failing: `card.etag` never compared (a stale one overwrote), stepsBetween without `gone` (a removed card stayed), keepLines left out (the picture
// was lost), limitMark always empty (hidden phones stayed), the scope out of partsOf (Taras's book held the canary).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { exec, many, sql } from '@vitrylo/pg'
import { ContactPersonServiceService as Persons, CreateContactPersonRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as Counterparties, UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { branches, limitFields, people, until } from '@vitrylo/testkit'
import { createDAVClient, type DAVAddressBook } from 'tsdav'
import { importClient } from '../../../services/contacts/test/import-client.ts'
import { startCardRig, type CardRig } from './rig.ts'

let at: CardRig
let mine: string
beforeAll(async () => {
  at = await startCardRig()
  mine = `${at.home('nadia')}/mine`
})
afterAll(() => at?.stop())

const client = (who: 'nadia' | 'taras' | 'head' = 'nadia') =>
  createDAVClient({ serverUrl: at.rig.origin, credentials: { username: who, password: `${who}-password` }, authMethod: 'Basic', defaultAccountType: 'carddav' })
const bookNamed = (books: DAVAddressBook[], end: string): DAVAddressBook => books.find(({ url }) => url.endsWith(`/${end}/`))!
const card = (uid: string, name: string, ...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, `FN:${name}`, `N:${name.split(' ').join(';')};;;`, ...lines, 'END:VCARD', ''].join('\r\n')
const syncBody = (token: string, more = '') => `<d:sync-collection xmlns:d="DAV:"><d:sync-token>${token}</d:sync-token><d:sync-level>1</d:sync-level>${more}<d:prop><d:getetag/></d:prop></d:sync-collection>`
const tokenIn = (text: string): string => /<d:sync-token>([^<]+)</.exec(text)![1]!
const hrefsIn = (text: string): string[] => [...text.matchAll(/<d:href>([^<]+)</g)].map(([, href]) => href!)
const state = (who: 'nadia' | 'taras' | 'head', token = '', path = `${at.home(who)}/mine/`) => at.dav(who, 'REPORT', path, { depth: '0', 'content-type': 'application/xml' }, syncBody(token))

describe('a program finds its books and keeps in step', () => {
  test('by the address of the firm alone; books are one\'s own records and the filters that one sees', async () => {
    await exec(at.firm.pool, sql`insert into branch (id, name, code, revision, created_at, updated_at) values (${branches.kyiv}, 'Київ', '', 1, now(), now())`)
    for (const { id, name } of [people.nadia, people.taras]) {
      await exec(at.firm.pool, sql`insert into employee (id, display_name, position, branch_id, groups, disabled, external_id, revision, created_at, updated_at) values (${id}, ${name}, '', ${branches.kyiv}, '{}', false, '', 1, now(), now())`)
    }
    const save = (owner: string, displayName: string, groups: string[] = []) =>
      exec(at.firm.pool, sql`insert into saved_filter (id, display_name, resource, filter, order_by, columns, groups, owner_id, revision, created_at, updated_at)
        values (uuidv7(), ${displayName}, 'counterparties', 'tags:"gold"', '', '{}', ${groups}::text[], ${owner}, 1, now(), now())`)
    await save(people.nadia.id, 'Золоті <клієнти>')
    await save(people.taras.id, 'Приватне Тараса')
    await save(people.taras.id, 'Спільне', ['sales-managers'])
    const dav = await client()
    const books = await dav.fetchAddressBooks()
    expect(books.map(({ displayName }) => String(displayName)).sort()).toEqual(['Золоті <клієнти>', 'Контактні особи моїх контрагентів', 'Мої контрагенти', 'Спільне'])
    expect(books.every(({ syncToken, ctag }) => syncToken !== undefined && ctag !== undefined)).toBe(true)
    expect(bookNamed(books, 'mine').reports).toEqual(expect.arrayContaining(['syncCollection', 'addressbookQuery', 'addressbookMultiget']))
  })

  test('creates, changes and removes cards; another device of the same person sees each, and a stale etag changes nothing', async () => {
    const [phone, laptop] = [await client(), await client()]
    const book = bookNamed(await phone.fetchAddressBooks(), 'mine')
    const first = await laptop.fetchVCards({ addressBook: book })
    const uid = '6f3c1d1e-0000-4000-8000-00000000aa01'
    const made = await phone.createVCard({ addressBook: book, filename: `${uid}.vcf`, vCardString: card(uid, 'Коваль Олена', 'TEL;TYPE=CELL:+380671112233', 'EMAIL:olena@koval.example', 'PHOTO;ENCODING=b;TYPE=JPEG:QUJD', 'X-PHONETIC-LAST-NAME:Koval', 'item1.URL:https://koval.example', 'item1.X-ABLABEL:_$!<HomePage>!$_') })
    expect(made.status).toBe(201)
    const seen = await laptop.fetchVCards({ addressBook: book })
    expect(seen).toHaveLength(first.length + 1)
    const own = seen.find(({ url }) => url.endsWith(`${uid}.vcf`))!
    expect(own.data).toContain(`UID:${uid}\r\n`)
    for (const line of ['TEL;TYPE=cell;TYPE=pref:+380671112233', 'EMAIL;TYPE=pref:olena@koval.example', 'PHOTO;ENCODING=b;TYPE=JPEG:QUJD', 'X-PHONETIC-LAST-NAME:Koval', 'URL;']) expect(own.data).toContain(line)

    const edited = { ...own, data: String(own.data).replace('+380671112233', '+380501112233') }
    expect((await phone.updateVCard({ vCard: edited })).status).toBe(204)
    expect((await laptop.updateVCard({ vCard: { ...own, data: String(own.data).replace('Коваль', 'Інша') } })).status).toBe(412)
    const now = (await laptop.fetchVCards({ addressBook: book })).find(({ url }) => url.endsWith(`${uid}.vcf`))!
    expect(now.data).toContain('+380501112233')
    expect(now.data).toContain('PHOTO;ENCODING=b;TYPE=JPEG:QUJD')
    expect(now.etag).not.toBe(own.etag)
    const [record] = await many<{ channels: { value: string; e164: string }[]; responsible_id: string }>(at.book.pool, sql`select channels, responsible_id from counterparty where display_name = 'Коваль Олена'`)
    expect(record).toMatchObject({ responsible_id: people.nadia.id })
    expect(record!.channels.map(({ e164 }) => e164)).toContain('+380501112233')

    expect((await phone.deleteVCard({ vCard: own })).status).toBe(412)
    expect((await phone.deleteVCard({ vCard: now })).status).toBe(204)
    expect((await laptop.fetchVCards({ addressBook: book })).some(({ url }) => url.endsWith(`${uid}.vcf`))).toBe(false)
  })

  test('sync-collection tells what came, changed and left, also what left the filter, and the token holds through a restart of nothing but time', async () => {
    const party = await at.party({ displayName: 'Змінний Запис', tags: ['gold'] })
    const begin = await state('nadia')
    const token = tokenIn(begin.text)
    expect(tokenIn((await state('nadia', token)).text)).toBe(token)
    expect(hrefsIn((await state('nadia', token)).text)).toEqual([])
    const change = (fields: object, updateMask: string[]) => at.book.call(Counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id: party.id, ...fields }, updateMask }))
    await change({ note: 'Нове' }, ['note'])
    const changed = await state('nadia', token)
    expect(hrefsIn(changed.text)).toEqual([`${mine}/vitrylo-${party.id}.vcf`])
    expect(changed.text).toContain('<d:getetag>')
    await change({ responsibleId: people.ihor.id }, ['responsible_id'])
    const left = await state('nadia', tokenIn(changed.text))
    expect(left.text).toContain(`<d:href>${mine}/vitrylo-${party.id}.vcf</d:href><d:status>HTTP/1.1 404 Not Found</d:status>`)
    // Both programs go on from where each is.
    expect(hrefsIn((await state('nadia', token)).text)).toEqual([`${mine}/vitrylo-${party.id}.vcf`])
  })

  test('a token that is not known any more, or never was, is refused, so that the program begins anew', async () => {
    const token = tokenIn((await state('nadia')).text)
    await at.party({ displayName: 'Ще Один' })
    await exec(at.book.pool, sql`update card_state set at = at - interval '61 days'`)
    await state('nadia')
    for (const each of [token, 'urn:vitrylo:sync:forged', 'http://elsewhere/7']) {
      const answer = await state('nadia', each)
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('<d:valid-sync-token/>')])
    }
  })

  test('a part of a large book comes with 507 and a token to go on from', async () => {
    for (const n of [1, 2, 3]) await at.party({ displayName: `Частина ${n}`, tags: ['part'] })
    const names = new Set<string>()
    for (let token = ''; ; ) {
      const part = await at.dav('nadia', 'REPORT', `${mine}/`, { depth: '0' }, syncBody(token, '<d:limit><d:nresults>2</d:nresults></d:limit>'))
      token = tokenIn(part.text)
      for (const href of hrefsIn(part.text)) names.add(href)
      if (!part.text.includes('507 Insufficient Storage')) break
    }
    names.delete(`${mine}/`)
    expect([...names].sort()).toEqual(hrefsIn((await state('nadia')).text).sort())
  })
})

describe('requests one by one', () => {
  test('the door is found and says what is possible', async () => {
    const known = await at.dav('nadia', 'PROPFIND', '/.well-known/carddav', { depth: '0' })
    expect([known.status, known.headers.get('location')]).toEqual([301, '/carddav/'])
    const options = await fetch(`${at.rig.origin}/carddav/`, { method: 'OPTIONS' })
    expect(options.headers.get('dav')).toBe('1, 3, addressbook')
    const stranger = await fetch(`${at.rig.origin}/carddav/`, { method: 'PROPFIND', headers: { depth: '0' } })
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Vitrylo", charset="UTF-8"'])
    const found = await at.dav('nadia', 'PROPFIND', '/carddav/', { depth: '0' }, '<d:propfind xmlns:d="DAV:"><d:prop><d:current-user-principal/><x:odd xmlns:x="urn:odd"/></d:prop></d:propfind>')
    expect(found.text).toContain(`<d:current-user-principal><d:href>/carddav/principals/${people.nadia.id}/</d:href>`)
    expect(found.text).toContain('<x:odd xmlns:x="urn:odd"/></d:prop><d:status>HTTP/1.1 404')
    expect((await at.dav('nadia', 'PROPFIND', '/carddav/', { depth: 'infinity' })).text).toContain('<d:propfind-finite-depth/>')
    expect((await at.dav('nadia', 'MKCOL', `${at.home('nadia')}/new/`)).status).toBe(403)
    expect((await at.dav('nadia', 'LOCK', `${mine}/`)).status).toBe(405)
  })

  test('another\'s principal and books are not there', async () => {
    for (const path of [`/carddav/principals/${people.taras.id}/`, `${at.home('taras')}/`, `${at.home('taras')}/mine/`, '/carddav/books/../..', '/carddav/x', `${mine}/a/b`, `${mine}/%00`]) {
      expect([path, (await at.dav('nadia', 'PROPFIND', path, { depth: '0' })).status]).toEqual([path, 404])
    }
  })

  test('a card is 3.0 or 4.0 as the program asks, and 304 while it is the same', async () => {
    const { id } = await at.party({ displayName: 'Двомовна Картка', birthday: '1990-03-04', channels: [{ kind: 'CHANNEL_KIND_PHONE', value: '+380671234567', primary: true }] })
    const path = `${mine}/vitrylo-${id}.vcf`
    const old = await at.dav('nadia', 'GET', path)
    expect(old.text).toMatch(/VERSION:3\.0[^]*TEL;TYPE=pref:\+380671234567[^]*BDAY:1990-03-04/)
    expect(old.headers.get('content-type')).toBe('text/vcard; charset=utf-8')
    expect(old.headers.get('content-disposition')).toContain('attachment')
    const fresh = await at.dav('nadia', 'GET', path, { accept: 'text/vcard;version=4.0' })
    expect(fresh.text).toMatch(/VERSION:4\.0[^]*TEL;PREF=1:\+380671234567[^]*BDAY:19900304/)
    expect((await at.dav('nadia', 'GET', path, { 'if-none-match': old.headers.get('etag')! })).status).toBe(304)
    const many = await at.dav('nadia', 'REPORT', `${mine}/`, { depth: '1' }, `<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data content-type="text/vcard" version="4.0"/></d:prop><d:href>${path}</d:href><d:href>${mine}/none.vcf</d:href><d:href>/elsewhere/x.vcf</d:href></c:addressbook-multiget>`)
    expect(many.text).toContain('VERSION:4.0')
    expect(many.text.match(/404 Not Found/g)).toHaveLength(2)
  })

  test('conditions, wrong cards and cards in the wrong book change nothing', async () => {
    const put = (path: string, body: string, headers: Record<string, string> = {}) => at.dav('nadia', 'PUT', path, { 'content-type': 'text/vcard', ...headers }, body)
    const good = card('uid-conditions', 'Умовна Картка')
    const path = `${mine}/conditions.vcf`
    const before = (await many(at.book.pool, sql`select id from counterparty`)).length
    expect((await put(path, good, { 'if-match': '"1.0"' })).status).toBe(412)
    for (const [body, condition] of [
      ['BEGIN:VCARD', 'valid-address-data'], [good + good, 'valid-address-data'], [good.replace('UID:uid-conditions\r\n', ''), 'valid-address-data'], [good.replace('3.0', '2.1'), 'supported-address-data'], [good.replace('END:', 'X-ADDRESSBOOKSERVER-KIND:group\r\nEND:'), 'valid-address-data'],
      [good.replace('END:', 'X-NUL:\0\r\nEND:'), 'valid-address-data'], [good.replace('END:', `PHOTO;ENCODING=b:${'A'.repeat(600_000)}\r\nEND:`), 'max-resource-size'],
    ]) expect([condition, await put(path, body!)]).toEqual([condition, expect.objectContaining({ status: 403, text: expect.stringContaining(`<card:${condition}/>`) })])
    for (const line of ['TEL:098 12', 'EMAIL:olena@x']) {
      expect(await put(path, good.replace('END:', `${line}\r\nEND:`))).toMatchObject({ status: 400, text: expect.stringMatching(/channels\[0\]\.value/) })
    }
    expect((await put(path, 'x'.repeat(1_100_000))).status).toBe(413)
    expect((await at.dav('nadia', 'PUT', path, { 'content-type': 'application/json' }, '{}')).status).toBe(415)
    expect((await put(`${at.home('nadia')}/mine-persons/x.vcf`, good)).status).toBe(403)
    expect((await put(`${mine}/vitrylo-01900000-0000-7000-8000-0000000000c1.vcf`, good)).status).toBe(403)
    expect((await many(at.book.pool, sql`select id from counterparty`)).length).toBe(before)
    expect((await put(path, good, { 'if-none-match': '*' })).status).toBe(201)
    expect((await put(path, good, { 'if-none-match': '*' })).status).toBe(412)
    expect((await put(`${mine}/other.vcf`, good)).text).toContain('<card:no-uid-conflict/>')
    // The answer was lost and the program tries once more: the same card, no second record.
    expect((await put(path, good)).status).toBe(204)
    expect(await many(at.book.pool, sql`select id from counterparty where display_name = 'Умовна Картка'`)).toHaveLength(1)
  })

  test('two programs that put one new card at once make one record', async () => {
    const body = card('uid-race', 'Гонка Двох')
    const answers = await Promise.all([1, 2, 3, 4].map(() => at.dav('nadia', 'PUT', `${mine}/race.vcf`, { 'content-type': 'text/vcard', 'if-none-match': '*' }, body)))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 412, 412, 412])
    expect(await many(at.book.pool, sql`select id from counterparty where display_name = 'Гонка Двох'`)).toHaveLength(1)
  })

  test('a search finds by what cards say, whatever the case', async () => {
    await at.party({ displayName: 'Шукана Пошта', channels: [{ kind: 'CHANNEL_KIND_EMAIL', value: 'Find.Me@example.ua' }] })
    const ask = (filter: string) => at.dav('nadia', 'REPORT', `${mine}/`, { depth: '1' }, `<c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data><c:prop name="FN"/></c:address-data></d:prop><c:filter test="allof">${filter}</c:filter></c:addressbook-query>`)
    const found = await ask('<c:prop-filter name="EMAIL"><c:text-match match-type="starts-with">find.me</c:text-match></c:prop-filter><c:prop-filter name="NICKNAME"><c:is-not-defined/></c:prop-filter>')
    expect(hrefsIn(found.text)).toHaveLength(1)
    expect(found.text).toContain('FN:Шукана Пошта')
    expect(found.text).not.toContain('EMAIL')
    expect(hrefsIn((await ask('<c:prop-filter name="EMAIL"><c:text-match collation="i;octet">find.me</c:text-match></c:prop-filter>')).text)).toEqual([])
    expect((await ask('<c:prop-filter name="FN"><c:text-match collation="i;odd">x</c:text-match></c:prop-filter>')).text).toContain('<card:supported-collation/>')
  })

  test('hostile XML is refused before anything is done with it', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${[...'bcdefgh'].map((name, n) => `<!ENTITY ${name} "${`&${'abcdefgh'[n]};`.repeat(10)}">`).join('')}]><d:propfind xmlns:d="DAV:"><d:prop><d:x>&h;</d:x></d:prop></d:propfind>`
    for (const body of [bomb, '<!DOCTYPE x><d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>', '<a>'.repeat(10_000), '<a/>'.repeat(2), `<d:propfind xmlns:d="DAV:"><d:prop>${'<d:x/>'.repeat(30_000)}</d:prop></d:propfind>`, `<d:propfind xmlns:d="DAV:"><d:prop>${'<d:x/>'.repeat(101)}</d:prop></d:propfind>`, `<d:propfind xmlns:d="DAV:">${' '.repeat(600_000)}</d:propfind>`, '<d:propfind', '\ufffd<', '<undeclared:x/>']) {
      const begin = performance.now()
      expect((await at.dav('nadia', 'PROPFIND', `${mine}/`, { depth: '0' }, body)).status).toBe(400)
      expect(performance.now() - begin).toBeLessThan(2_000)
    }
  })
})

describe('rights', () => {
  test('what is out of reach is not there, what may not be removed says so, and who loses a right loses the card', async () => {
    const lviv = await at.party({ displayName: 'КАНАРКА Головного', branchId: branches.head, responsibleId: people.head.id, note: 'КАНАРКА', tags: ['gold'] })
    const name = `vitrylo-${lviv.id}.vcf`
    for (const who of ['nadia', 'nobody', 'owner', 'taras'] as const) {
      const books = hrefsIn((await at.dav(who, 'PROPFIND', `${at.home(who)}/`, { depth: '1' })).text).filter((href) => href.split('/').length === 6)
      expect([who, books.length]).toEqual([who, { nadia: 4, nobody: 0, owner: 2, taras: 4 }[who]])
      for (const path of books) {
        const all = [await at.dav(who, 'GET', path + name), await at.dav(who, 'REPORT', path, { depth: '1' }, syncBody('', '').replace('<d:getetag/>', '<d:getetag/><c:address-data xmlns:c="urn:ietf:params:xml:ns:carddav"/>')), await at.dav(who, 'DELETE', path + name), await at.dav(who, 'PUT', path + name, { 'content-type': 'text/vcard', 'if-match': '*' }, card('u', 'Чужа Картка'))]
        expect(all.map(({ status }) => status)).toEqual([404, 207, 404, 412])
        expect([who, path, all.some(({ text }) => text.includes('КАНАРКА'))]).toEqual([who, path, false])
      }
    }
    const { id } = await at.party({ displayName: 'Невилучна Картка' })
    await exec(at.book.pool, sql`update rights_group set cells = (select jsonb_agg(cell) from jsonb_array_elements(cells) cell where not (cell->>'section' = 'counterparties' and cell->>'action' = 'delete')) where name = 'sales-managers'`)
    await exec(at.book.pool, sql`update rights_version set version = version + 1`)
    const nothing = { id: '01900000-0000-7000-8000-00000000ffff', etag: '' }
    await until(() => at.book.call(Counterparties.deleteCounterparty, nothing, { as: 'nadia' }).catch(({ code }) => code === 'PERMISSION_DENIED'), { timeoutMs: 5_000 })
    expect((await at.dav('nadia', 'DELETE', `${mine}/vitrylo-${id}.vcf`)).status).toBe(403)
    expect((await at.dav('nadia', 'GET', `${mine}/vitrylo-${id}.vcf`)).status).toBe(200)
  })

  test('a hidden field is on no card, its loss gives the cards anew, and putting such a card back takes nothing from the record', async () => {
    const { id } = await at.party({ displayName: 'Прихований Телефон', responsibleId: people.head.id, note: 'видно', channels: [{ kind: 'CHANNEL_KIND_PHONE', value: '+380677731773' }] })
    const path = `${at.home('head')}/mine/vitrylo-${id}.vcf`
    const full = await at.dav('head', 'GET', path)
    expect(full.text).toContain('+380677731773')
    expect((await at.dav('head', 'PUT', path, { 'content-type': 'text/vcard' }, full.text.replace('END:', 'PHOTO;ENCODING=b;TYPE=PNG:KANARPHOTO\r\nEND:'))).status).toBe(204)
    const token = tokenIn((await state('head')).text)
    await limitFields(at.book.pool, 'sales-heads', [{ section: 'counterparties', field: 'channels', limit: 'hide' }])
    await until(async () => !(await at.dav('head', 'GET', path)).text.includes('+380677731773'), { timeoutMs: 5_000 })
    const trimmed = await at.dav('head', 'GET', path)
    expect(trimmed.text).not.toContain('KANARPHOTO')
    expect(hrefsIn((await state('head', token)).text)).toContain(path)
    expect((await at.dav('head', 'PUT', path, { 'content-type': 'text/vcard', 'if-match': trimmed.headers.get('etag')! }, trimmed.text.replace('видно', 'змінено'))).status).toBe(204)
    expect((await at.dav('head', 'PUT', path, { 'content-type': 'text/vcard' }, trimmed.text.replace('END:', 'TEL:+380501111111\r\nEND:'))).text).toContain('<d:cannot-modify-protected-property/>')
    const [row] = await many<{ note: string; channels: { value: string }[] }>(at.book.pool, sql`select note, channels from counterparty where id = ${id}`)
    expect([row!.note, row!.channels.map(({ value }) => value)]).toEqual(['змінено', ['+380677731773']])
    expect((await many<{ lines: string[] }>(at.book.pool, sql`select lines from card_extra where record_id = ${id}`))[0]!.lines).toHaveLength(1)
  })

  // Seen failing: without lockHeld the picture was kept; without the look at positions the card named the firm.
  test('who may only see a record puts no picture on its card, and a hidden place is not named by its firm', async () => {
    const party = await at.party({ displayName: 'Лише Перегляд', branchId: branches.lviv, responsibleId: people.taras.id })
    const person = await at.book.call(Persons.createContactPerson, CreateContactPersonRequest.fromPartial({ contactPerson: { displayName: 'Особа Місця', positions: [{ counterpartyId: party.id, title: 'Посада' }] } }))
    const [path, ofPerson] = [`${at.home('taras')}/mine/vitrylo-${party.id}.vcf`, `${at.home('taras')}/mine-persons/vitrylo-${person.id}.vcf`]
    expect((await at.dav('taras', 'GET', ofPerson)).text).toContain('ORG:Лише Перегляд')
    await exec(at.book.pool, sql`update rights_group set cells = (select jsonb_agg(cell) from jsonb_array_elements(cells) cell where not (cell->>'action' = 'change')) where name = 'telephonists'`)
    await limitFields(at.book.pool, 'telephonists', [{ section: 'contact-persons', field: 'positions', limit: 'hide' }])
    await until(async () => !(await at.dav('taras', 'GET', ofPerson)).text.includes('Посада'), { timeoutMs: 5_000 })
    expect((await at.dav('taras', 'GET', ofPerson)).text).not.toContain('Лише Перегляд')
    await limitFields(at.book.pool, 'telephonists', [])
    await until(async () => (await at.dav('taras', 'GET', ofPerson)).text.includes('Посада'), { timeoutMs: 5_000 })
    for (const each of [path, ofPerson]) {
      const { text, headers } = await at.dav('taras', 'GET', each)
      const put = (body: string) => at.dav('taras', 'PUT', each, { 'content-type': 'text/vcard' }, body)
      expect((await put(text.replace('END:', 'PHOTO;ENCODING=b;TYPE=PNG:QUJD\r\nEND:'))).status).toBe(403)
      expect((await put(text)).status).toBe(204)
      expect((await at.dav('taras', 'GET', each)).headers.get('etag')).toBe(headers.get('etag'))
    }
  })

  // Seen failing: as it was before, ORG of a firm was dropped where FN says another name.
  test('a firm keeps its whole name beside the one it goes by', async () => {
    const path = `${mine}/firm.vcf`
    const put = (organisation: string) => at.dav('nadia', 'PUT', path, { 'content-type': 'text/vcard' }, ['BEGIN:VCARD', 'VERSION:3.0', 'UID:firm-1', 'FN:Ромашка', 'N:;;;;', 'X-ABSHOWAS:COMPANY', `ORG:${organisation}`, 'END:VCARD', ''].join('\r\n'))
    const named = () => many(at.book.pool, sql`select display_name, full_name from counterparty where display_name = 'Ромашка'`)
    expect((await put('ТОВ «Ромашка»')).status).toBe(201)
    expect(await named()).toEqual([{ display_name: 'Ромашка', full_name: 'ТОВ «Ромашка»' }])
    expect((await put('АТ «Ромашка»')).status).toBe(204)
    expect(await named()).toEqual([{ display_name: 'Ромашка', full_name: 'АТ «Ромашка»' }])
    expect((await at.dav('nadia', 'GET', path)).text).toContain('ORG:АТ «Ромашка»')
  })

  test('a contact person has the card of their place; the phone and the post may be changed there', async () => {
    const firm = await at.party({ kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName: 'ТОВ «Місце»' })
    const person = await at.book.call(Persons.createContactPerson, CreateContactPersonRequest.fromPartial({ contactPerson: { displayName: 'Бондар Ірина', positions: [{ counterpartyId: firm.id, title: 'Бухгалтерка' }] } }))
    const path = `${at.home('nadia')}/mine-persons/vitrylo-${person.id}.vcf`
    const before = await at.dav('nadia', 'GET', path)
    expect(before.text).toMatch(/ORG:ТОВ «Місце»\r\nTITLE:Бухгалтерка/)
    const put = await at.dav('nadia', 'PUT', path, { 'content-type': 'text/vcard', 'if-match': before.headers.get('etag')! }, before.text.replace('Бухгалтерка', 'Директорка').replace('END:', 'TEL;TYPE=WORK:+380441112233\r\nEND:'))
    expect(put.status).toBe(204)
    const after = await at.dav('nadia', 'GET', path)
    expect(after.text).toContain('TITLE:Директорка')
    expect(after.text).toContain('+380441112233')
    // The organisation has another name: that is another card, though the person is as before.
    await at.book.call(Counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id: firm.id, displayName: 'ТОВ «Нове місце»' }, updateMask: ['display_name'] }))
    expect((await at.dav('nadia', 'GET', path)).headers.get('etag')).not.toBe(after.headers.get('etag'))
  })
})

test('a change by a program leaves what no card can say: the register of consents, requisites, who is responsible', async () => {
  const { id } = await at.party({ displayName: 'Повний Запис', taxCode: '3184710691', source: 'виставка', tags: ['перший'], addresses: [{ kind: 'ADDRESS_KIND_LEGAL', country: 'UA', city: 'Львів', street: 'вул. Зелена, 1' }], channels: [{ kind: 'CHANNEL_KIND_PHONE', value: '067 123 45 67', label: 'для акцій', blocked: true }, { kind: 'CHANNEL_KIND_MESSENGER', value: '@full', label: 'telegram' }] })
  const path = `${mine}/vitrylo-${id}.vcf`
  const { text } = await at.dav('nadia', 'GET', path)
  const stripped = text.split('\r\n').filter((line) => !/^(CATEGORIES|IMPP|REV|KIND)/.test(line)).join('\r\n').replace('END:', 'EMAIL;TYPE=home:new@example.ua\r\nEND:')
  const before = await many<Record<string, unknown>>(at.book.pool, sql`select * from counterparty where id = ${id}`)
  expect((await at.dav('nadia', 'PUT', path, { 'content-type': 'text/vcard' }, stripped)).status).toBe(204)
  const after = await many<Record<string, unknown>>(at.book.pool, sql`select * from counterparty where id = ${id}`)
  const changed = Object.keys(after[0]!).filter((column) => JSON.stringify(after[0]![column]) !== JSON.stringify(before[0]![column]))
  expect(changed.sort()).toEqual(['channels', 'own_search', 'revision', 'search', 'updated_at', 'updated_by'])
  const channels = after[0]!.channels as { value: string; label: string }[]
  expect(channels.filter(({ value }) => value !== 'new@example.ua')).toEqual((before[0]!.channels as object[]))
})

const SET = new URL('../../../../shared/data/vcard-icalendar/vcard/', import.meta.url)
const inSet = existsSync(SET) ? test : test.skip
inSet('the 18 cards of the shared data: names, 36 phones and 22 mails are in the book, and a card that is put back as it came changes nothing', async () => {
  const { load, close } = importClient(at.book)
  for (const name of readdirSync(SET).filter((file) => file.endsWith('.vcf'))) expect(await load({ fileName: name }, readFileSync(new URL(name, SET)))).toMatchObject({ failed: 0n })
  close()
  const records = () => many<{ display_name: string; whole: unknown }>(at.book.pool, sql`select display_name, to_jsonb(c) as whole from counterparty c where responsible_id = ${people.admin.id} order by id`)
  const before = await records()
  expect(before).toHaveLength(18)
  const folder = `${at.home('admin')}/mine/`
  const hrefs = hrefsIn((await at.dav('admin', 'PROPFIND', folder, { depth: '1' })).text).filter((href) => href !== folder)
  const counts = { FN: 0, TEL: 0, EMAIL: 0 }
  const names: string[] = []
  for (const accept of ['text/vcard;version=3.0', 'text/vcard;version=4.0']) {
    for (const href of hrefs) {
      const { text, headers } = await at.dav('admin', 'GET', href, { accept })
      const lines = text.replace(/\r\n /g, '')
      for (const property of ['FN', 'TEL', 'EMAIL'] as const) counts[property] += lines.match(new RegExp(`^${property}[;:]`, 'gm'))?.length ?? 0
      names.push(/^FN:(.*)\r$/m.exec(lines)?.[1]?.replace(/\\(.)/g, '$1') ?? '')
      expect((await at.dav('admin', 'PUT', href, { 'content-type': 'text/vcard', 'if-match': headers.get('etag')! }, text)).status).toBe(204)
    }
  }
  expect(counts).toEqual({ FN: 36, TEL: 72, EMAIL: 44 })
  expect(names.sort()).toEqual([...before, ...before].map(({ display_name: name }) => name).sort())
  expect(await records()).toEqual(before)
})

describe('signing in', () => {
  test('only with the name and the password of somebody who works here; whoever tries on is slowed down', async () => {
    const ask = (username: string, password: string) => fetch(`${at.rig.origin}/carddav/`, { method: 'PROPFIND', headers: { depth: '0', authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } })
    expect((await ask('NADIA', 'Nadia-Password')).status).toBe(207)
    expect((await ask('taras', 'nadia-password')).status).toBe(401)
    expect((await ask('gone', 'gone-password')).status).toBe(401)
    expect((await fetch(`${at.rig.origin}/carddav/`, { method: 'PROPFIND', headers: { depth: '0', authorization: `Bearer ${await at.rig.issuer.token('nadia')}` } })).status).toBe(401)
    const last = []
    for (let n = 0; n < 6; n++) last.push((await ask('nadia', `guess-${n}`)).status)
    expect(last).toContain(429)
    expect((await ask('nadia', 'nadia-password')).status).toBe(207)
    const noted = await many<{ count: number }>(at.rig.pool, sql`select count(*)::int as count from sign_in_entry where reason = 'APP_PASSWORD_REFUSED'`)
    expect(noted[0]!.count).toBeGreaterThan(1)
    expect(noted[0]!.count).toBeLessThan(8)
  })

  test('a token makes no app password: what leaked must not become a key that lasts', async () => {
    const nadia = { authorization: `Bearer ${await at.rig.issuer.token('nadia')}` }
    expect((await at.rig.call('POST', '/api/v1/my-app-passwords', { name: 'x' }, nadia)).json).toMatchObject({ status: 403, reason: 'SESSION_REQUIRED' })
  })

  test('a token of the gateway opens no door of the API', async () => {
    const { createServiceTokens } = await import('../../../gateway/src/app-passwords/service-tokens.ts')
    const { SESSION_KEY } = await import('../../../gateway/test/rig.ts')
    const tokens = createServiceTokens([SESSION_KEY], 'vitrylo-api', Date.now)
    const own = await tokens.tokenOf({ subject: 'subject-of-nadia', username: 'nadia' })
    expect((await at.rig.call('GET', '/api/v1/counterparties', undefined, { authorization: `Bearer ${own}` })).status).toBe(401)
    const list = (token: string) => at.book.call(Counterparties.listCounterparties, { pageSize: 1, pageToken: '', filter: '', orderBy: '' }, { token })
    await expect(list(own)).resolves.toBeDefined()
    const forged = await createServiceTokens(['another key of somebody else, 32 letters'], 'vitrylo-api', Date.now).tokenOf({ subject: 's', username: 'admin' })
    await expect(list(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
