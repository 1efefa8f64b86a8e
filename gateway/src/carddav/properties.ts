import { homeOf, principalOf, type Place } from './place.ts'
import type { Book } from './books.ts'
import { CARD, DAV, SERVER, escaped, named, tag } from './xml.ts'

export type Name = { ns: string; name: string }

/** What is told of one resource: names as `{namespace}name`, values as XML. A value may have to be asked for. */
export type Properties = ReadonlyMap<string, string | (() => Promise<string>)>

export const keyOf = ({ ns, name }: Name): string => `{${ns}}${name}`
const dav = (name: string): string => `{${DAV}}${name}`
const card = (name: string): string => `{${CARD}}${name}`
const href = (path: string): string => tag('d:href', escaped(path))

export const MAX_CARD_BYTES = 1024 * 1024

const reports = (...names: string[]): string => names.map((name) => tag('d:supported-report', tag('d:report', `<${name}/>`))).join('')
const privileges = (...names: string[]): string => names.map((name) => tag('d:privilege', `<d:${name}/>`)).join('')

type Who = { employeeId: string; displayName: string }

/** Of everything above the books. */
export function placeProperties({ at }: Place, { employeeId, displayName }: Who): Properties {
  const isPrincipal = at === 'principal'
  return new Map([
    [dav('resourcetype'), tag('d:collection') + (isPrincipal ? tag('d:principal') : '')],
    [dav('displayname'), escaped(isPrincipal ? displayName : 'Vitrylo')],
    [dav('current-user-principal'), href(principalOf(employeeId))],
    [dav('principal-collection-set'), href('/carddav/principals/')],
    [dav('current-user-privilege-set'), privileges('read')],
    [dav('supported-report-set'), ''],
    ...(isPrincipal ? ([[dav('principal-URL'), href(principalOf(employeeId))], [card('addressbook-home-set'), href(homeOf(employeeId))]] as const) : []),
    ...(at === 'home' ? ([[dav('owner'), href(principalOf(employeeId))]] as const) : []),
  ])
}

/** Of a book; its token is asked for only where somebody wants it. */
export function bookProperties(book: Book, { employeeId }: Who, token: () => Promise<string>): Properties {
  const may = (right: string): boolean => book.rights.includes(right)
  return new Map<string, string | (() => Promise<string>)>([
    [dav('resourcetype'), tag('d:collection') + tag('card:addressbook')],
    [dav('displayname'), escaped(book.displayName)],
    [dav('current-user-principal'), href(principalOf(employeeId))],
    [dav('owner'), href(principalOf(employeeId))],
    [dav('current-user-privilege-set'), privileges('read', ...(may('change') ? ['write-content'] : []), ...(book.takes ? ['bind'] : []), ...(may('delete') ? ['unbind'] : []))],
    [dav('supported-report-set'), reports('card:addressbook-query', 'card:addressbook-multiget', 'd:sync-collection')],
    [card('addressbook-description'), escaped(book.displayName)],
    [card('supported-address-data'), ['3.0', '4.0'].map((version) => `<card:address-data-type content-type="text/vcard" version="${version}"/>`).join('')],
    [card('max-resource-size'), String(MAX_CARD_BYTES)],
    [card('supported-collation-set'), ['i;unicode-casemap', 'i;ascii-casemap', 'i;octet'].map((name) => tag('card:supported-collation', name)).join('')],
    [dav('sync-token'), async () => escaped(syncToken(await token()))],
    [`{${SERVER}}getctag`, async () => escaped(await token())],
  ])
}

/** Of a card. */
export const cardProperties = ({ etag, text, updateTime }: { etag: string; text?: string; updateTime?: Date | undefined }): Properties =>
  new Map([
    [dav('resourcetype'), ''],
    [dav('getetag'), escaped(`"${etag}"`)],
    [dav('getcontenttype'), 'text/vcard; charset=utf-8'],
    ...(updateTime === undefined ? [] : ([[dav('getlastmodified'), updateTime.toUTCString()]] as const)),
    ...(text === undefined || text === '' ? [] : ([[card('address-data'), escaped(text)]] as const)),
  ])

const TOKEN = 'urn:vitrylo:sync:'
export const syncToken = (token: string): string => TOKEN + token
/** What stands behind a token that a client sends; undefined for one that we never gave. */
export const readSyncToken = (text: string): string | undefined => (text.startsWith(TOKEN) && text.length <= TOKEN.length + 60 ? text.slice(TOKEN.length) : undefined)

/** Those of `allprop`: what is cheap. */
const ALL = [dav('resourcetype'), dav('displayname'), dav('getetag'), dav('getcontenttype'), dav('getlastmodified')]

export type Wanted = { names: readonly Name[]; all: boolean; namesOnly: boolean; minimal: boolean }

/** One response of a multistatus: what is there with 200, what is not with 404. */
export async function responseOf(path: string, properties: Properties, { names, all, namesOnly, minimal }: Wanted): Promise<string> {
  const asked = all || namesOnly ? [...[...properties.keys()].filter((key) => namesOnly || ALL.includes(key)).map(readKey), ...names] : names
  const [found, missing] = [[] as string[], [] as string[]]
  for (const { ns, name } of asked) {
    const value = properties.get(keyOf({ ns, name }))
    if (value === undefined) missing.push(named(ns, name))
    else found.push(namesOnly ? named(ns, name) : named(ns, name, typeof value === 'string' ? value : await value()))
  }
  const stats = [
    ...(found.length > 0 || missing.length === 0 || minimal ? [propstat(found, '200 OK')] : []),
    ...(missing.length > 0 && !minimal ? [propstat(missing, '404 Not Found')] : []),
  ]
  return tag('d:response', href(path), ...stats)
}

export const statusOf = (path: string, status: string, ...more: string[]): string => tag('d:response', href(path), tag('d:status', `HTTP/1.1 ${status}`), ...more)

const propstat = (properties: string[], status: string): string => tag('d:propstat', tag('d:prop', ...properties), tag('d:status', `HTTP/1.1 ${status}`))

function readKey(key: string): Name {
  const end = key.indexOf('}')
  return { ns: key.slice(1, end), name: key.slice(end + 1) }
}

