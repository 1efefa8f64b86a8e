import { AppError } from '@vitrylo/errors'
import { isUuid } from '@vitrylo/pg'
import SCIMMY from 'scimmy'
import { deleteGroup, readGroups, saveGroup, type GroupIn } from './groups.ts'
import { scimError } from './scim-error.ts'
import { disableUser, narrowed, pageOfUsers, readUsers, saveUser, type Context, type UserIn } from './users.ts'

export type Asked = {
  method: string
  collection: string
  id: string | undefined
  query: Record<string, string>
  body: unknown
  ifMatch: string | undefined
  context: Context
}
export type Answered = { status: number; body?: unknown; etag?: string; location?: string }

type Given = { context: Context; etag: string; /** Shown without members, as `excludedAttributes=members` asks. */ plain: boolean }
type Asking = {
  id?: string
  filter?: Record<string, unknown>[] & { match(values: unknown[]): unknown[] }
  constraints?: { sortBy?: string; startIndex: number; count: number; totalResults?: number }
}

const MOST_SHOWN = 250
let declared = ''

/** The library would cut the page once more: it is told that this is the first, and `act` says again which it was. */
function pageFor(constraints: NonNullable<Asking['constraints']>, { users, total }: { users: object[]; total: number }): object[] {
  Object.assign(constraints, { startIndex: 1, totalResults: total })
  return users
}

/** The library takes every error that is not its own for "no such resource". */
async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { status, scimType, message } = scimError(error)
    throw new SCIMMY.Types.Error(status, scimType as never, message)
  }
}

function declare(base: string): void {
  if (declared === base) return
  declared = base
  SCIMMY.Config.set({ patch: true, filter: { supported: true, maxResults: MOST_SHOWN }, changePassword: false, sort: true, etag: true, bulk: false } as never)
  SCIMMY.Config.set('authenticationSchemes', [
    { type: 'oauthbearertoken', name: 'OAuth bearer token', description: 'An access token of an integration account (client_credentials)' },
  ] as never)
  SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .extend(SCIMMY.Schemas.EnterpriseUser, false)
    .ingress(((asking: Asking, user: UserIn, { context, etag }: Given) => inWords(saveUser(asking.id, user, context, etag))) as never)
    .egress((async ({ id, filter, constraints }: Asking, { context }: Given) => {
      const exact = id === undefined && constraints?.sortBy === undefined ? narrowed(filter) : undefined
      if (exact !== undefined) return pageFor(constraints!, await inWords(pageOfUsers(exact, constraints!, context)))
      const users = await inWords(readUsers(id, context))
      return id === undefined && filter ? filter.match(users) : users
    }) as never)
    .degress((({ id }: Asking, { context, etag }: Given) => inWords(disableUser(id!, context, etag))) as never)
  SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress(((asking: Asking, group: GroupIn, { context, etag }: Given) => inWords(saveGroup(asking.id, group, context, etag))) as never)
    .egress((async ({ id, filter }: Asking, { context, plain }: Given) => {
      const groups = await inWords(readGroups(id, context, !plain))
      return id === undefined && filter ? filter.match(groups) : groups
    }) as never)
    .degress((({ id }: Asking, { context, etag }: Given) => inWords(deleteGroup(id!, context, etag))) as never)
  for (const Resource of Object.values(SCIMMY.Resources.declared())) Resource.basepath(base)
  for (const Resource of [SCIMMY.Resources.Schema, SCIMMY.Resources.ResourceType, SCIMMY.Resources.ServiceProviderConfig]) Resource.basepath(base)
}

const KINDS = { Users: SCIMMY.Resources.User, Groups: SCIMMY.Resources.Group } as const
const ABOUT = { Schemas: SCIMMY.Resources.Schema, ResourceTypes: SCIMMY.Resources.ResourceType, ServiceProviderConfig: SCIMMY.Resources.ServiceProviderConfig } as const

export async function answer(asked: Asked, base: string): Promise<Answered> {
  declare(base)
  const { method, collection, id, query } = asked
  const about = ABOUT[collection as keyof typeof ABOUT]
  if (about !== undefined) {
    if (method !== 'GET') throw refuseMethod(method)
    return { status: 200, body: await new about(id as never, query).read() }
  }
  const Kind = KINDS[collection as keyof typeof KINDS]
  if (Kind === undefined) throw new AppError('NOT_FOUND', 'ROUTE_NOT_FOUND', 'nothing lives at this address')
  if (id !== undefined && !isUuid(id)) throw new AppError('NOT_FOUND', 'NOT_FOUND', `there is no ${id.slice(0, 64)} among ${collection}`)
  const etag = asked.ifMatch === undefined || asked.ifMatch === '*' ? '' : asked.ifMatch.replace(/^(?:W\/)?"(.*)"$/, '$1')
  const given: Given = { context: asked.context, etag, plain: (query.excludedAttributes ?? '').split(',').includes('members') }
  const resource = new Kind(id as never, limited(query) as never)
  assertWhole(resource.filter)
  const answered = await act(resource, Kind.name, asked, given)
  const { body } = answered as { body?: { totalResults?: number; startIndex?: number } }
  if (body?.totalResults !== undefined) body.startIndex = Math.max(1, limited(query).startIndex)
  return answered
}

/** `count` is an upper bound that the server may lower; the library knows only numbers. */
function limited(query: Record<string, string>) {
  const whole = (text: string | undefined, usual: number): number => {
    const figure = Math.trunc(Number(text ?? usual))
    if (Number.isSafeInteger(figure)) return figure
    throw new SCIMMY.Types.Error(400, 'invalidValue', 'startIndex and count are numbers')
  }
  return { ...query, startIndex: whole(query.startIndex, 1), count: Math.min(MOST_SHOWN, whole(query.count, MOST_SHOWN)) }
}

/** The library takes a comparison with nothing for one with undefined. */
function assertWhole(filter: unknown): void {
  if (Array.isArray(filter) && typeof filter[0] === 'string') {
    if (filter.length > 1 || ['pr', 'np'].includes(filter[0])) return
    throw new SCIMMY.Types.Error(400, 'invalidFilter', `nothing to compare with after ${filter[0]}`)
  }
  if (typeof filter === 'object' && filter !== null) for (const part of Object.values(filter)) assertWhole(part)
}

type Instance = { read(given: Given): Promise<unknown>; write(body: never, given: Given): Promise<unknown>; patch(body: never, given: Given): Promise<unknown>; dispose(given: Given): Promise<void> }

async function act(resource: object, kind: string, { method, id, body }: Asked, given: Given): Promise<Answered> {
  const instance = resource as Instance
  if (method === 'GET') return shown(200, await instance.read(given))
  if (method === 'POST' && id === undefined) return shown(201, await instance.write(body as never, given))
  if (id === undefined) throw refuseMethod(method)
  if (method === 'PUT') return shown(200, await instance.write(body as never, given))
  if (method === 'PATCH') {
    const changed = await instance.patch(plainPatch(body) as never, given)
    // Nothing was changed: the answer is the resource as it is, which every client understands.
    return shown(200, changed ?? (await instance.read(given)))
  }
  if (method === 'DELETE') {
    await instance.dispose(given)
    return { status: 204 }
  }
  throw refuseMethod(`${method} ${kind}`)
}

function shown(status: number, body: unknown): Answered {
  const { meta } = body as { meta?: { version?: string; location?: string } }
  return { status, body, ...(meta?.version && { etag: meta.version }), ...(status === 201 && meta?.location && { location: meta.location }) }
}

const refuseMethod = (method: string) => new AppError('UNIMPLEMENTED', 'METHOD_NOT_ALLOWED', `${method} is not possible here`)

/** Microsoft Entra says `"False"` where the standard has `false`. */
function plainPatch(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !Array.isArray((body as { Operations?: unknown }).Operations)) return body
  const flag = (value: unknown) => (typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value)
  const plain = (operation: unknown): unknown => {
    const { path, value } = Object(operation) as { path?: unknown; value?: unknown }
    if (path === 'active') return { ...Object(operation), value: flag(value) }
    if (path === undefined && typeof value === 'object' && value !== null && 'active' in value) return { ...Object(operation), value: { ...value, active: flag(value.active) } }
    return operation
  }
  return { ...body, Operations: (body as { Operations: unknown[] }).Operations.map(plain) }
}
