import type { Cell } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import { loadContract, SIGNED_IN } from '@vitrylo/proto/contract.ts'

/** Sections in the order of the contract, each with the actions that some method asks for. */
export type SectionFacts = { name: string; area: string; actions: string[] }

// The rights to explain access and to hand over stand in every service, sessions are the gateway's: all are matters of administration.
const OF_DIRECTORY = new Set(['rights', 'sessions', 'employees'])

/** The list of rights is the contract itself: nothing is written twice. */
export const sections: readonly SectionFacts[] = readSections()

function readSections(): SectionFacts[] {
  const found = new Map<string, SectionFacts>()
  for (const { section, action, rpc } of loadContract().methods) {
    if (action === SIGNED_IN) continue
    const area = OF_DIRECTORY.has(section) ? 'directory' : rpc.parent.typeName.split('.')[1]!
    const known = found.get(section) ?? { name: section, area, actions: [] }
    if (!known.actions.includes(action)) known.actions.push(action)
    found.set(section, known)
  }
  return [...found.values()]
}

const SCOPES = new Set<string>(['own', 'department', 'branch', 'all'])

/** Every right that there is, at one scope. */
export const everyRight = (scope: Cell['scope']): Cell[] =>
  sections.flatMap(({ name, actions }) => actions.map((action) => ({ section: name, action, scope })))

/** Refuses rules that nothing asks for or that never hold: a mistyped one would give a false feeling of safety. */
export function assertCellsExist(cells: readonly Cell[], fieldOf: (index: number) => string): void {
  const wrong = cells.flatMap(({ section, action, scope, denyScope, from, until }, index) => {
    const [denied, end] = [`${fieldOf(index)}denyScope`, `${fieldOf(index)}untilTime`]
    if (denyScope !== undefined && (scope !== 'deny' || !SCOPES.has(denyScope))) {
      return [{ field: denied, rule: 'choice', description: 'is own, department, branch or all, beside the scope deny' }]
    }
    if (from !== undefined && until !== undefined && from >= until) return [{ field: end, rule: 'range', description: 'must be after the beginning' }]
    const known = sections.find(({ name }) => name === section)
    if (known === undefined) return [{ field: `${fieldOf(index)}section`, rule: 'choice', description: `no section ${section}` }]
    if (known.actions.includes(action)) return []
    return [{ field: `${fieldOf(index)}action`, rule: 'choice', description: `${section} has only ${known.actions.join(', ')}` }]
  })
  if (wrong.length > 0) throw invalid(wrong)
}
