import { parse } from './syntax.ts'

/** The value that every hit of a filter has in a field, if the filter says so outright; for a filter that was read well. */
export function demanded(filter: string, field: string): string | undefined {
  const expression = parse(filter)
  const parts = expression?.kind === 'and' ? expression.parts : [expression]
  for (const part of parts) {
    if (part?.kind !== 'compare' || part.field !== field || (part.operator !== '=' && part.operator !== ':')) continue
    // These ask whether there is any value at all.
    if (!part.value.quoted && (part.value.text === '*' || part.value.text === 'null')) continue
    return part.value.text
  }
  return undefined
}
