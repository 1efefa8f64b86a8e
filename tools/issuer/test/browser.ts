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

export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
