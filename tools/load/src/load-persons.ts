import type { Api } from '../../demo/src/load/api.ts'
import { importRows } from '../../demo/src/load/import.ts'
import { figure, type Figure } from './figures.ts'
import { countKnown } from './list.ts'
import { readTable, type Row } from './read-table.ts'

type Log = (line: string) => void

/** 6,000 persons with typing mistakes, many of them twice: kept as they are, finding doubles is the work of contacts. */
export async function loadFebrlPersons(api: Api, folder: URL, log: Log): Promise<Figure[]> {
  // Both files name their records alike, so the name of the file belongs to the identifier.
  const rows = ['dataset1', 'dataset2'].flatMap((set) => readTable(`${set}.csv`, folder).map((row) => febrlPerson(set, row)))
  return loadPersons(api, 'febrl.csv', rows, 6_000, log)
}

export function febrlPerson(set: string, row: Row) {
  const day = (row['date_of_birth'] ?? '').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  const birthday = isDay(day) ? day : ''
  const { rec_id: id = '', given_name: givenName = '', surname: familyName = '', postcode = '', state = '', suburb = '' } = row
  return {
    externalId: `${set}:${id}`,
    kind: 'person',
    // One has neither name; the list needs something to call it by.
    displayName: `${familyName} ${givenName}`.trim() || id,
    birthday,
    note: birthday === day ? '' : `date of birth: ${day}`,
    taxCode: row['soc_sec_id'] ?? '',
    taxCountry: 'AU',
    'address.country': 'AU',
    'address.postcode': postcode,
    'address.region': state,
    'address.city': suburb,
    'address.street': [row['street_number'], row['address_1'], row['address_2']].filter(Boolean).join(' '),
  }
}

/** 505 names in Cyrillic letters, with і, ї, є, ґ and the apostrophe. */
export async function loadCyrillicPersons(api: Api, folder: URL, log: Log): Promise<Figure[]> {
  const rows = readTable('rada4.tsv', folder).map(({ name = '', party = '', district = '', link = '' }) => ({
    // The address of the article is the identity; its last part, readable, fits into an identifier.
    externalId: `rada4:${decodeURIComponent(link.split('/wiki/')[1] ?? link)}`,
    kind: 'person',
    displayName: name,
    note: `${party}; ${district}`,
    language: 'uk',
  }))
  return loadPersons(api, 'rada4.csv', rows, 505, log)
}

async function loadPersons(api: Api, fileName: string, rows: readonly { externalId: string; displayName: string }[], known: number, log: Log): Promise<Figure[]> {
  log(`${rows.length} persons …`)
  const { created, updated } = await importRows(api, 'imports', Object.assign({ kind: 'counterparty' }, { fileName }), rows)
  const ids = rows.map(({ externalId }) => externalId)
  return [
    figure('rows of the set', known, rows.length),
    figure('rows taken in', known, created + updated),
    figure('persons in the product', known, await countKnown(api, 'counterparties', ids)),
  ]
}

function isDay(text: string): boolean {
  const time = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)
}
