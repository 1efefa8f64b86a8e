import { generateDemo } from '../generate.ts'
import { createApi, type Access } from './api.ts'
import { loadOpportunities } from './opportunities.ts'
import { loadRelations } from './relations.ts'
import { loadConsents, loadInteractions, loadMessages } from './dealings.ts'
import { loadCounterparties, loadNotes, loadPersons, loadRequests } from './records.ts'
import { loadStructure } from './structure.ts'

export type LoadOptions = Access & {
  /** Told what is being done. */
  log(line: string): void
  now?: Date
}

/**
 * Loads the firm of the demonstration through the public API. Repeatable: what is there stays, what a broken load left
 * out is added.
 */
export async function loadDemo({ log, now = new Date(), ...access }: LoadOptions): Promise<void> {
  const api = createApi(access)
  const demo = generateDemo({ now })
  const began = performance.now()
  const structure = await loadStructure(api, now)
  const ids = await loadCounterparties(api, structure, demo)
  await Promise.all([loadPersons(api, demo), loadOpportunities(api, demo)])
  await Promise.all([
    loadRequests(api, ids, demo), loadNotes(api, ids, demo), loadRelations(api, ids, demo), loadInteractions(api, ids, structure, demo), loadConsents(api, ids, demo), loadMessages(api),
  ])
  const { counterparties, persons, opportunities } = demo
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  log(`Demo data: ${counterparties.length} counterparties, ${persons.length} contact persons, ${opportunities.length} opportunities in ${seconds} s.`)
}
