type Word = string | boolean | undefined

const quoted = (value: string) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Conditions of a list as the API takes them: `kind="person" AND branchId="…"`. Empty ones are left out. */
export function filterOf(conditions: Record<string, Word>, more: string[] = []): string {
  const parts = Object.entries(conditions).flatMap(([field, value]) => {
    if (value === undefined || value === '') return []
    const not = field.endsWith('!')
    return [`${not ? field.slice(0, -1) : field}${not ? '!=' : '='}${typeof value === 'boolean' ? String(value) : quoted(value)}`]
  })
  return [...parts, ...more].join(' AND ')
}
