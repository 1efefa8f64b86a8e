import type { RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { NewLink } from './settle.ts'

/** Those of the ids that are in sight, asked one by one: for who keeps a copy of each counterparty and judges it in memory. */
export const oneByOne = (isSeen: (id: string) => Promise<boolean>) => async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>()
  for (const id of ids) if (await isSeen(id)) seen.add(id)
  return seen
}

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
