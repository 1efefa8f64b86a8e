import type { Caller, Limits } from '@vitrylo/auth'
import { planOf, planOfNames, type Plan } from './plan.ts'

type Fields = Record<string, unknown>

/**
 * What a caller is shown of a message: fields that are hidden from them come empty, also in records within it. The
 * message that was given stays as it is. `serve` does it to every answer; who sends something by another door calls it.
 */
export function trimmed<T extends object>(caller: Caller, typeName: string, message: T): T {
  const limits = caller.limits()
  const plan = limits && planOf(limits, typeName)
  return plan === undefined ? message : (cut(plan, message as Fields, false) as T)
}

/** A list with what its records are called by, and nothing else of them. */
export const namesOf = <T extends object>(typeName: string, message: T): T => cut(planOfNames(typeName), message as Fields, false) as T

/** What a caller is shown of the JSON form of a message, in which what is empty is left out. */
export function trimmedJson<T extends object>(limits: Limits, typeName: string, json: T): T {
  const plan = planOf(limits, typeName)
  return plan === undefined ? json : (cut(plan, json as Fields, true) as T)
}

function cut({ cuts, sectioned, nested }: Plan, message: Fields, drop: boolean): Fields {
  const next = { ...message }
  const all = sectioned === undefined ? cuts : (sectioned.cuts.get(String(message[sectioned.name])) ?? [])
  for (const { name, blank, entries } of all) {
    if (next[name] === undefined) continue
    if (entries !== undefined) next[name] = Object.fromEntries(Object.entries(next[name] as Fields).filter(([key]) => !entries.has(key)))
    else if (drop) delete next[name]
    else next[name] = blank()
  }
  for (const { name, plan } of nested) {
    const inner = next[name]
    if (Array.isArray(inner)) next[name] = inner.map((each: Fields) => cut(plan, each, drop))
    else if (inner !== undefined && inner !== null) next[name] = cut(plan, inner as Fields, drop)
  }
  return next
}
