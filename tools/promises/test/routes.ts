/** What the OpenAPI document says: whatever is added to the contract is tried without being named here. */
export type Schema = {
  $ref?: string; allOf?: Schema[]; anyOf?: Schema[]; type?: string | string[]; enum?: string[]; format?: string; pattern?: string; required?: string[]; readOnly?: boolean
  properties?: Record<string, Schema>; items?: Schema; additionalProperties?: boolean | Schema; minLength?: number; maxLength?: number; minItems?: number; minimum?: number
}

export type Route = {
  verb: string
  path: string
  /** `/api/v1/opportunities/{id}:win` -> opportunities. */
  collection: string
  /** Of a body of JSON. */
  body: Schema | undefined
  parameters: string[]
  /** It takes an Idempotency-Key: it writes. */
  idempotent: boolean
}

export type Document = { paths: Record<string, Record<string, any>>; components: { schemas: Record<string, Schema> } }

/** Made in a browser alone: a token is refused there. */
const BROWSER: ReadonlySet<string> = new Set(['my-app-passwords'])

export type Contract = ReturnType<typeof readDocument>

export function readDocument({ paths, components }: Document) {
  const whole = (schema: Schema): Schema => {
    if (schema.$ref !== undefined) return whole(components.schemas[schema.$ref.split('/').at(-1)!]!)
    // What a change may also clear.
    const only = schema.anyOf?.filter(({ type }) => type !== 'null')
    if (only?.length === 1) return { ...schema, anyOf: undefined, ...whole(only[0]!) }
    if (schema.allOf?.length === 1) return { ...schema, ...whole(schema.allOf[0]!) }
    return schema
  }
  const routes: Route[] = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({
      verb: verb.toUpperCase(), path, collection: path.split('/')[3]!.split(':')[0]!,
      body: operation.requestBody?.content?.['application/json']?.schema && whole(operation.requestBody.content['application/json'].schema),
      idempotent: (operation.parameters ?? []).some(({ name }: { name?: string }) => name === 'Idempotency-Key'),
      parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
    })))
  const isCommand = ({ path }: Route) => /:\w+$/.test(path)
  return {
    whole,
    routes,
    mutating: routes.filter(({ verb }) => verb !== 'GET'),
    creates: routes.filter((route) => route.verb === 'POST' && route.parameters.length === 0 && !isCommand(route) && !BROWSER.has(route.collection)),
    patches: routes.filter(({ verb }) => verb === 'PATCH'),
    /** Every object below a body, by where it stands: `channels[0]`. Open maps are left out. */
    objectsIn(schema: Schema): { path: (string | number)[]; schema: Schema }[] {
      const found: { path: (string | number)[]; schema: Schema }[] = []
      const walk = (given: Schema, path: (string | number)[]) => {
        const each = whole(given)
        if (path.length > 8) return
        if (each.items !== undefined) return walk(each.items, [...path, 0])
        // Custom values are judged by their service, after everything else.
        if (each.properties === undefined || path.includes('custom')) return
        found.push({ path, schema: each })
        for (const [name, property] of Object.entries(each.properties)) if (property.readOnly !== true) walk(property, [...path, name])
      }
      walk(schema, [])
      return found
    },
  }
}

/** `/api/v1/x/{id}:do` with its variables filled. */
export const addressOf = ({ path }: Route, value: string): string => path.replaceAll(/\{\w+\}/g, value)

/** Puts a value where a path says, in a copy. */
export function put(body: any, [head, ...rest]: (string | number)[], value: unknown): any {
  if (head === undefined) return value
  const copy = Array.isArray(body) ? [...body] : typeof body === 'object' && body !== null ? { ...body } : typeof head === 'number' ? [] : {}
  copy[head] = put(copy[head], rest, value)
  return copy
}
