import { keepDraftsOf } from '../lib/use-draft.ts'

/** A wrong field, as the server names it. */
export type FieldError = { field: string; rule: string; description: string; params?: Record<string, string> }

/** The body of `application/problem+json`. */
export type Problem = {
  status: number
  title?: string
  detail?: string
  reason?: string
  metadata?: Record<string, string>
  errors?: FieldError[]
  traceId?: string
}

export class ApiError extends Error {
  problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`)
    this.problem = problem
  }
  get status() {
    return this.problem.status
  }
}

/** The server could not be reached at all. */
export class LinkError extends Error {}

type Value = string | number | boolean | undefined | null | readonly string[]

export type CallOptions = {
  query?: Record<string, Value>
  body?: unknown
  /** Sent as If-Match: the change is refused (412) when the record has moved on. */
  etag?: string | undefined
  /** Sent as Idempotency-Key: the same key twice makes one record. */
  key?: string
  signal?: AbortSignal | undefined
}

const root = '/api/v1/'

/** A UUID for Idempotency-Key. Made of random bytes, because crypto.randomUUID is absent on plain http outside this machine. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The address of an answer, also for a link that saves it as a file. */
export function address(path: string, query: CallOptions['query'] = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one))
  }
  const text = params.toString()
  return `${root}${path}${text ? `?${text}` : ''}`
}

/** Leaves for the sign-in page and comes back to this very address. Drafts of forms stay in sessionStorage. */
export function signIn() {
  const here = location.pathname + location.search
  location.assign(`/auth/login?returnTo=${encodeURIComponent(here)}`)
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return { ...((await response.json()) as Problem), status: response.status }
  } catch {
    return { status: response.status, title: response.statusText }
  }
}

/** `today` in a filter is the day here. */
/** Where the reader's days begin. */
export const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()

function headersOf(method: string, options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', 'time-zone': timeZone }
  if (method !== 'GET') headers['x-vitrylo-request'] = '1'
  if (options.body !== undefined && !(options.body instanceof Blob)) headers['content-type'] = 'application/json'
  if (options.etag) headers['if-match'] = `"${options.etag}"`
  if (options.key) headers['idempotency-key'] = options.key
  return headers
}

const bodyOf = (body: unknown) => (body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body))

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers: headersOf(method, options),
      body: bodyOf(options.body),
      credentials: 'same-origin',
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new LinkError(String(error))
  }
  if (response.status === 401) signIn()
  if (!response.ok) throw new ApiError(await problemOf(response))
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
}

export const get = <T>(path: string, query?: CallOptions['query'], signal?: AbortSignal) =>
  call<T>('GET', path, { ...(query ? { query } : {}), signal })
export const post = <T>(path: string, body: unknown = {}, options: CallOptions = {}) =>
  call<T>('POST', path, { key: newKey(), ...options, body })
export const patch = <T>(path: string, body: unknown, etag?: string) => call<T>('PATCH', path, { body, etag })

/** Ends the session here and at the identity provider. */
export async function signOut() {
  const response = await fetch('/auth/logout', { method: 'POST', headers: { 'x-vitrylo-request': '1' } })
  const answer = response.ok ? ((await response.json().catch(() => ({}))) as { location?: string }) : {}
  keepDraftsOf('')
  location.assign(answer.location ?? '/')
}
