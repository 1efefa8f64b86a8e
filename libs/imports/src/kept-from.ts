import { isAmong, type Caller } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'

type Writing = {
  section: string
  action: 'create' | 'change'
  /** What no record can be without: who adds it gives that, whatever their limits. */
  always: readonly string[]
}

/**
 * A row that says something of a field that its reader may not write is refused, so that nothing is left out in silence, or
 * learned of the field.
 */
export function keptFrom(caller: Caller, { section, action, always }: Writing, said: readonly string[]): { violations: Violation[] } | undefined {
  const kept = caller.limits()?.kept(section, action)
  const field = kept && said.find((name) => isAmong(kept, name) && !(action === 'create' && always.includes(name)))
  return field === undefined ? undefined : { violations: [{ field, rule: 'right', description: 'is a field that you may not write' }] }
}
