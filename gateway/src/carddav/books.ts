import { may } from '@vitrylo/auth'
import { CardKind } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { SavedFilter } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter.ts'
import { SavedFilterServiceService as SavedFilters } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter_service.ts'
import type { FastifyRequest } from 'fastify'
import type { CardDeps } from './routes.ts'
import { call } from './rpc.ts'

/** An address book: its name in addresses, and the question to contacts that it is. */
export type Book = { name: string; displayName: string; kind: CardKind; mine: boolean; filter: string; /** Whether new cards are taken. */ takes: boolean; rights: readonly string[] }

const SECTIONS = { counterparties: CardKind.COUNTERPARTIES, 'contact-persons': CardKind.CONTACT_PERSONS } as const
type Section = keyof typeof SECTIONS

const NAMES = {
  uk: { counterparties: 'Мої контрагенти', 'contact-persons': 'Контактні особи моїх контрагентів' },
  en: { counterparties: 'My counterparties', 'contact-persons': 'Contact persons of my counterparties' },
}
const MOST_FILTERS = 1_000

/** One's own records, and what each saved filter finds that one keeps or is let see. */
export async function booksOf(deps: CardDeps, request: FastifyRequest): Promise<Book[]> {
  const caller = deps.rights.callerOf(request.identity!.claims)
  const language = /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'uk'
  const sections = (Object.keys(SECTIONS) as Section[]).filter((section) => may(caller, section, 'view'))
  const rightsOf = (section: Section) => ['create', 'change', 'delete'].filter((action) => may(caller, section, action))
  const own = sections.map((section): Book => ({
    name: section === 'counterparties' ? 'mine' : 'mine-persons', displayName: NAMES[language][section], kind: SECTIONS[section], mine: true, filter: '',
    takes: section === 'counterparties' && may(caller, section, 'create'), rights: rightsOf(section),
  }))
  const saved = await savedFilters(deps, request)
  return [...own, ...saved.flatMap(({ id, displayName, resource, filter }): Book[] => {
    const section = sections.find((each) => each === resource)
    return section === undefined ? [] : [{ name: `filter-${id}`, displayName, kind: SECTIONS[section], mine: false, filter, takes: false, rights: rightsOf(section) }]
  })]
}

async function savedFilters(deps: CardDeps, request: FastifyRequest): Promise<SavedFilter[]> {
  const found: SavedFilter[] = []
  for (let pageToken = ''; found.length < MOST_FILTERS; ) {
    const page = await call(deps, request, SavedFilters.listSavedFilters, { pageSize: 250, pageToken, filter: '', orderBy: '' })
    found.push(...page.savedFilters)
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  return found
}
