import type { DescField, DescMessage } from '@bufbuild/protobuf'

/**
 * `/a/{id}:card` -> `/a/:p0([^/:]+)::card`. Without the regex find-my-way refuses a second verb beside the first;
 * without `[^:]` the plain route would eat the verb. Ids therefore never hold a colon. Names by position, because
 * `{id}` and `{counterparty.id}` share a node of the router.
 */
export function routerPath(path: string): string {
  let position = 0
  return path.replace(/:(?=[a-zA-Z])/g, '::').replace(/\{[\w.]+\}/g, () => `:p${position++}([^/:]+)`)
}

/** `{counterparty.id}` -> [['counterparty', 'id']]. */
export function variablesOf(path: string): string[][] {
  return [...path.matchAll(/\{([\w.]+)\}/g)].map(([, name]) => name!.split('.'))
}

/** The fields that lead to a value inside a message. */
export function resolve(message: DescMessage, path: string[], by: 'name' | 'jsonName'): DescField[] | undefined {
  const [first, ...rest] = path
  const field = message.fields.find((candidate) => candidate[by] === first)
  if (field === undefined || rest.length === 0) return field && [field]
  const inner = field.fieldKind === 'message' ? resolve(field.message, rest, by) : undefined
  return inner && [field, ...inner]
}
