import type { DescField } from '@bufbuild/protobuf'
import type { Violation } from '@vitrylo/errors'
import { resolve } from './paths.ts'

type Json = Record<string, any>
type Patched = { field: DescField; writable: ReadonlySet<string> }

/**
 * The mask of a partial update: given, or the names that the body holds (protobuf cannot see a given empty text).
 * What the server owns is left out, so that what was read can be sent back. `*` means every field. Null clears: it
 * stays in the mask and goes out of the resource.
 */
export function patchMask({ field, writable }: Patched, json: Json, body: unknown): Violation[] {
  const resource = json[field.jsonName] as Json | undefined
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource)) return []
  const given = json.updateMask as unknown
  const named = typeof given === 'string' ? given.split(',').filter((path) => path !== '') : Object.keys(body as Json).filter((name) => writable.has(name))
  for (const name of Object.keys(resource)) if (resource[name] === null && writable.has(name)) delete resource[name]
  const paths = named.includes('*') ? [...writable] : named
  const wrong = paths.filter((path) => !writable.has(path.split('.')[0]!) || resolve(field.message!, path.split('.'), 'jsonName') === undefined)
  if (typeof given !== 'string' || wrong.length === 0) json.updateMask = paths.join(',')
  return wrong.map((path) => ({ field: 'updateMask', rule: 'unknown', description: `no field that can be changed: ${path.slice(0, 80)}` }))
}
