import type { Violation } from '@vitrylo/errors'
import type { RightsData } from '@vitrylo/auth'

type Names = { employees: Map<string, string | null>; branches: Map<string, string | null> }

const known = new WeakMap<RightsData, Names>()

/** An employee by id, name at sign-in, identifier elsewhere or display name. */
export const employeeOf = (rights: RightsData, text: string, field: string): string | Violation =>
  found(namesOf(rights).employees, text, field, 'employee')

/** A branch by id, code or name. */
export const branchOf = (rights: RightsData, text: string, field: string): string | Violation =>
  found(namesOf(rights).branches, text, field, 'branch')

function found(names: Map<string, string | null>, text: string, field: string, what: string): string | Violation {
  const id = names.get(text.toLowerCase())
  if (typeof id === 'string') return id
  const why = id === null ? `several of the name ${text}; write the id` : `no ${what} ${text}`
  return { field, rule: 'reference', description: why }
}

// The copy of the rights is immutable, so the index is made once for each.
function namesOf(rights: RightsData): Names {
  let names = known.get(rights)
  if (names === undefined) {
    names = {
      employees: index([...rights.employees.values()].map((e) => ({ id: e.id, sure: [e.id, e.username, e.externalId], name: e.displayName }))),
      branches: index([...rights.branchFacts.values()].map((b) => ({ id: b.id, sure: [b.id, b.code], name: b.name }))),
    }
    known.set(rights, names)
  }
  return names
}

/** null marks a name that several share. */
function index(records: { id: string; sure: (string | null | undefined)[]; name: string }[]): Map<string, string | null> {
  const names = new Map<string, string | null>()
  for (const { id, name } of records) {
    const key = name.toLowerCase()
    names.set(key, names.has(key) ? null : id)
  }
  for (const { id, sure } of records) for (const key of sure) if (key) names.set(key.toLowerCase(), id)
  return names
}
