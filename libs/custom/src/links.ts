import type { RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { NewLink } from './settle.ts'

/**
 * Links that name nothing, or nothing that the caller may see: the two are one answer. `counterparties` gives those of the
 * ids that are within the caller's sight.
 */
export async function linkViolations(
  links: readonly NewLink[],
  { employees, branches }: RightsData,
  counterparties: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<Violation[]> {
  const asked = links.filter(({ linkTo }) => linkTo === 'counterparties').map(({ id }) => id)
  const seen = asked.length === 0 ? new Set<string>() : await counterparties(asked)
  const isThere = ({ linkTo, id }: NewLink): boolean =>
    linkTo === 'employees' ? employees.has(id) : linkTo === 'branches' ? branches.has(id) : seen.has(id)
  return links.filter((link) => !isThere(link)).map(({ field, linkTo }) => ({ field, rule: 'reference', description: `no such record among ${linkTo}` }))
}
