import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** `issuer`: where tokens come from, if not from the issuer behind the gateway. */
export type Access = { origin: string; clientId: string; clientSecret: string; issuer?: string }
type Json = Record<string, any>

export type Api = {
  get(path: string): Promise<Json>
  post(path: string, body: unknown): Promise<Json>
  patch(path: string, body: unknown): Promise<Json>
  delete(path: string): Promise<Json>
  /** The body as it stands, for files. */
  put(path: string, text: string): Promise<Json>
  /** A file, as text. */
  text(path: string): Promise<string>
  /** All records of a list, page by page. */
  all(path: string): Promise<Json[]>
}

/** An answer that says no; `body` is the problem as the gateway words it. */
export class Refused extends Error {
  readonly status: number
  readonly body: Json
  constructor(request: string, status: number, body: Json) {
    super(`${request} answered ${status}: ${body['detail'] ?? body['title'] ?? ''} ${JSON.stringify(body['errors'] ?? [])}`)
    this.status = status
    this.body = body
  }
}

const PATIENCE_MS = 15_000

/** The public REST API with a token of our own. What is only late or too fast is asked again. */
export function createApi({ origin, ...client }: Access): Api {
  let token: Promise<string> | undefined
  const authorise = (): Promise<string> => (token ??= fetchToken({ origin, ...client }))

  async function once(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Response> {
    const authorization = `Bearer ${await authorise()}`
    return fetch(`${origin}/api/v1/${path}`, { method, body, headers: { ...headers, authorization }, signal: AbortSignal.timeout(30_000) })
  }

  async function call(method: string, path: string, body?: unknown): Promise<Json> {
    const file = typeof body === 'string'
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': file ? 'text/csv' : 'application/json' }
    // One key for all attempts: a repeat after a lost answer makes no second record.
    if (method === 'POST') headers['idempotency-key'] = randomUUID()
    const text = body === undefined ? undefined : file ? body : JSON.stringify(body)
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const response = await once(method, path, headers, text).catch((error: unknown) => error as Error)
      const late = Date.now() > deadline
      if (response instanceof Error) {
        if (late) throw response
        await delay(200)
        continue
      }
      const answer = (await response.json().catch(() => ({}))) as Json
      if (response.ok) return answer
      if (response.status === 401) token = undefined
      const wait = waitFor(response, answer)
      if (late || wait === undefined) throw new Refused(`${method} ${path}`, response.status, answer)
      await delay(wait)
    }
  }

  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
    put: (path, text) => call('PUT', path, text),
    async text(path) {
      const response = await once('GET', path, {})
      if (!response.ok) throw new Refused(`GET ${path}`, response.status, (await response.json()) as Json)
      return response.text()
    },
    async all(path) {
      const found: Json[] = []
      for (let pageToken = ''; ; ) {
        const page = await call('GET', `${path}?pageSize=250&pageToken=${encodeURIComponent(pageToken)}`)
        found.push(...((Object.values(page).find(Array.isArray) as Json[] | undefined) ?? []))
        pageToken = page['nextPageToken'] ?? ''
        if (pageToken === '') return found
      }
    },
  }
}

/** How long to wait before the same again; undefined when it would be no use. */
function waitFor(response: Response, answer: Json): number | undefined {
  if (response.status === 429) return Math.max(100, Number(response.headers.get('retry-after') ?? 1) * 1000)
  if (response.status === 503 || response.status === 504 || response.status === 401) return 300
  // Services learn of new employees and branches by events: within five seconds, as the product promises.
  if (answer['reason'] === 'NOBODY_TO_OWN') return 200
  const references = (answer['errors'] as Json[] | undefined)?.every(({ rule }) => rule === 'reference') ?? false
  return response.status === 400 && references && answer['errors'].length > 0 ? 200 : undefined
}

export async function fetchToken({ origin, clientId, clientSecret, issuer = `${origin}/realms/vitrylo` }: Access): Promise<string> {
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`the issuer gave no token: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { access_token: string }).access_token
}

/** Runs work on every item, a few at once; the first failure ends it. */
export async function eachAtOnce<T>(width: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
