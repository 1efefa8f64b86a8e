/** What Keycloak said no to, as one sentence for the person at the keyboard. */
export class KeycloakError extends Error {
  /** Of the answer; 0 when there was none. */
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

export type Json = Record<string, any>

export type Credentials = { realm: string; clientId: string } & ({ username: string; password: string } | { secret: string })

export type AdminApi = {
  /** Undefined when there is no such object; `what` names it in errors: `client vitrylo-gateway`. */
  find<T = Json>(what: string, path: string): Promise<T | undefined>
  /** Gives the id of what was made, where there is one. */
  create(what: string, path: string, body: unknown): Promise<string>
  update(what: string, path: string, body?: unknown): Promise<void>
  remove(what: string, path: string, body?: unknown): Promise<void>
}

// The first realm of a busy server takes its time: keys are made.
const TIMEOUT_MS = 120_000
const EARLY_MS = 10_000

/** The admin REST API below `/admin/realms`, with a token that is fetched as needed. */
export function createAdminApi(url: string, credentials: Credentials): AdminApi {
  let token: { text: string; until: number } | undefined

  async function authorise(): Promise<string> {
    if (token === undefined || token.until < Date.now()) token = await fetchToken(url, credentials)
    return token.text
  }

  async function request(what: string, method: string, path: string, body?: unknown): Promise<Response> {
    const ask = async () =>
      reach(url, `${url}/admin/realms${path}`, {
        method,
        headers: { authorization: `Bearer ${await authorise()}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
    let response = await ask()
    if (response.status === 401) {
      token = undefined
      response = await ask()
    }
    if (response.ok || (method === 'GET' && response.status === 404)) return response
    throw await explained(what, response, credentials)
  }

  async function send(what: string, method: string, path: string, body?: unknown): Promise<void> {
    const response = await request(what, method, path, body)
    await response.body?.cancel()
  }

  return {
    async find<T>(what: string, path: string) {
      const response = await request(what, 'GET', path)
      if (response.status !== 404) return (await response.json()) as T
      await response.body?.cancel()
      return undefined
    },
    async create(what, path, body) {
      const response = await request(what, 'POST', path, body)
      await response.body?.cancel()
      return response.headers.get('location')?.split('/').at(-1) ?? ''
    },
    update: (what, path, body) => send(what, 'PUT', path, body),
    remove: (what, path, body) => send(what, 'DELETE', path, body),
  }
}

async function fetchToken(url: string, { realm, clientId, ...proof }: Credentials): Promise<{ text: string; until: number }> {
  const form: Record<string, string> =
    'secret' in proof
      ? { grant_type: 'client_credentials', client_id: clientId, client_secret: proof.secret }
      : { grant_type: 'password', client_id: clientId, username: proof.username, password: proof.password }
  const response = await reach(url, `${url}/realms/${realm}/protocol/openid-connect/token`, { method: 'POST', body: new URLSearchParams(form) })
  const answer = (await response.json().catch(() => ({}))) as Json
  if (response.ok) return { text: answer['access_token'], until: Date.now() + answer['expires_in'] * 1000 - EARLY_MS }
  const who = 'secret' in proof ? `client ${clientId}` : `user ${proof.username}`
  if (response.status === 404) throw new KeycloakError(`Keycloak at ${url} has no realm ${realm}.`, 404)
  throw new KeycloakError(`Keycloak at ${url} refuses the ${who} of the realm ${realm}: ${answer['error_description'] ?? response.status}.`, response.status)
}

async function reach(url: string, address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } }
    throw new KeycloakError(`Keycloak at ${url} does not answer: ${cause?.code ?? message}.`, 0)
  }
}

async function explained(what: string, response: Response, credentials: Credentials): Promise<KeycloakError> {
  const answer = (await response.json().catch(() => ({}))) as Json
  const reason = answer['errorMessage'] ?? answer['error_description'] ?? answer['error'] ?? ''
  const who = 'secret' in credentials ? credentials.clientId : credentials.username
  const told = response.status === 403 ? `${who} may not do that` : `Keycloak answered ${response.status} ${reason}`.trim()
  return new KeycloakError(`${what}: ${told}.`, response.status)
}
