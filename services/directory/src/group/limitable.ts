import type { FieldCell, RightsData } from '@vitrylo/auth'
import { invalid, type Violation } from '@vitrylo/errors'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { limitableFields, type LimitableField } from '@vitrylo/proto/records.ts'

const known = limitableFields(loadContract().records)

/** Fields of a section that limits may name, custom ones among them; none where a section has no records. */
export const fieldsOf = (section: string, { customFields }: RightsData): readonly LimitableField[] => [
  ...(known.get(section) ?? []),
  ...(customFields.get(section) ?? []).filter(({ archived }) => !archived).map(({ name }) => ({ name: `custom.${name}`, hideable: true })),
]

/** Refuses limits of what is not there or of what no record can be shown without: they would give a false feeling of safety. */
export function assertLimitsExist(limits: readonly FieldCell[], data: RightsData): void {
  const wrong = limits.flatMap((cell, index): Violation[] => {
    const at = `limits[${index}].`
    const { section, field, limit, from, until } = cell
    if (from !== undefined && until !== undefined && from >= until) return [{ field: `${at}untilTime`, rule: 'range', description: 'must be after the beginning' }]
    const fields = fieldsOf(section, data)
    if (fields.length === 0) return [{ field: `${at}section`, rule: 'choice', description: `must be one of ${[...known.keys()].join(', ')}` }]
    const found = fields.find(({ name }) => name === field)
    if (found === undefined) return [{ field: `${at}field`, rule: 'choice', description: `must be one of ${fields.map(({ name }) => name).join(', ')}` }]
    if (limit === 'hide' && !found.hideable) return [{ field: `${at}limit`, rule: 'choice', description: `no record of ${section} is shown without ${field}; it can be read-only` }]
    const same = limits.findIndex((other) => JSON.stringify(other) === JSON.stringify(cell))
    return same === index ? [] : [{ field: `limits[${index}]`, rule: 'unique', description: 'is there twice' }]
  })
  if (wrong.length > 0) throw invalid(wrong)
}
