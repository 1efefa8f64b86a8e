import { may, type Caller, type RightsData } from '@vitrylo/auth'
import { customFacts } from '@vitrylo/custom'
import { invalid } from '@vitrylo/errors'
import { violationsOfQuestion, type Asker } from '@vitrylo/lists'
import type { SavedFilter } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter.ts'

/**
 * Refuses what its list would refuse, and groups that are strange to the caller. `before`: groups it was shared with
 * already, which somebody else may have chosen.
 */
export function assertGood(filter: SavedFilter, asker: Asker, data: RightsData, before: readonly string[] = []): void {
  const wrong = [...violationsOfQuestion(filter, asker, customFacts(data, filter.resource)), ...strangeGroups(filter, asker.caller, data, before)]
  if (wrong.length > 0) throw invalid(wrong)
}

/** One shares with groups of one's own; who manages the filters of all, with any group that there is. */
function strangeGroups({ groups }: SavedFilter, caller: Caller, { rules: known }: RightsData, before: readonly string[]) {
  const mayChoose = (group: string): boolean =>
    before.includes(group) || (known.has(group) && (caller.groups.includes(group) || may(caller, 'saved-filters', 'manage')))
  return groups.flatMap((group, index) =>
    mayChoose(group) ? [] : [{ field: `groups[${index}]`, rule: 'reference', description: `no group ${group} of yours` }],
  )
}
