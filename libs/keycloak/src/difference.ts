import type { Json } from './admin-api.ts'

/**
 * Names of the fields of `wanted` that `present` has otherwise. What `wanted` does not name is not looked at: it is
 * somebody else's. Lists are compared as sets.
 */
export function difference(wanted: Json, present: Json, prefix = ''): string[] {
  return Object.entries(wanted).flatMap(([field, value]) => {
    const [name, there] = [prefix + field, present[field]]
    if (isObject(value)) return difference(value, isObject(there) ? there : {}, `${name}.`)
    if (Array.isArray(value)) return sorted(value) === sorted(Array.isArray(there) ? there : []) ? [] : [name]
    return value === there ? [] : [name]
  })
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (list: readonly unknown[]): string => JSON.stringify(list.map((item) => JSON.stringify(item)).toSorted())
