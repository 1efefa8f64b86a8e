import { createHash, randomBytes } from 'node:crypto'

/** As much of a browser as a sign-in needs: cookies with their paths, no redirects on its own. */
export class Browser {
  #cookies = new Map<string, { value: string; path: string }>()
  readonly origin: string

  constructor(origin: string) {
    this.origin = origin
  }

  async go(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, this.origin)
    const answer = await fetch(url, { redirect: 'manual', ...init, headers: { ...init.headers, cookie: this.cookiesFor(url) } })
    for (const line of answer.headers.getSetCookie()) this.#keep(line)
    return answer
  }

  post(address: string | URL, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.go(address, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: this.origin, ...headers } })
  }

  /** From the gateway's sign-in to the address of its callback, which is given and not yet opened. Who is signed in at the issuer is not asked. */
  async toCallback(login: string, password: string, returnTo = '/'): Promise<string> {
    const toForm = await this.#follow(await this.go(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`))
    const next = locationOf(toForm)
    if (next.includes('/auth/callback')) return next
    await this.go(next)
    return locationOf(await this.#follow(await this.post(next, { login, password })))
  }

  /** Signs a person in at the embedded issuer; the session's cookies are kept. */
  async signIn(login: string, password: string): Promise<void> {
    const { status } = await this.go(await this.toCallback(login, password))
    if (status !== 303) throw new Error(`the sign-in of ${login} ended with ${status}`)
  }

  #follow(answer: Response): Promise<Response> {
    return this.go(locationOf(answer))
  }

  get cookieNames(): string[] {
    return [...this.#cookies.keys()]
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
    if (value && !/expires=Thu, 01 Jan 1970|max-age=0(;|$)/i.test(line)) this.#cookies.set(name, { value, path })
    else this.#cookies.delete(name)
  }

  cookiesFor({ pathname }: URL): string {
    const fitting = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path))
    return fitting.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }
}

function locationOf(answer: Response): string {
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`${answer.url} answered ${answer.status} and leads nowhere`)
  return location
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
