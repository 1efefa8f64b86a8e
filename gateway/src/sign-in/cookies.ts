import type { FastifyReply, FastifyRequest } from 'fastify'

export type Cookies = {
  read(request: FastifyRequest, name: CookieName): string | undefined
  write(reply: FastifyReply, name: CookieName, value: string): void
  clear(reply: FastifyReply, name: CookieName): void
}

export type CookieName = 'vitrylo_session' | 'vitrylo_login'

// Our ids are base64url; anything else was not set by us.
const VALUE = /^[\w-]{43}$/

/**
 * HttpOnly, SameSite=Lax (Strict would lose the session on the way back from the issuer). Over https the name begins
 * with `__Host-`, so that no neighbour domain can plant a cookie of ours.
 */
export function createCookies(origin: string): Cookies {
  const secure = origin.startsWith('https:')
  const nameOf = (name: CookieName) => (secure ? `__Host-${name}` : name)
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    read({ headers: { cookie } }, name) {
      if (cookie === undefined) return undefined
      const wanted = `${nameOf(name)}=`
      // Two cookies of one name are an attempt to plant one: neither counts.
      const found = cookie.split(';').map((part) => part.trim()).filter((part) => part.startsWith(wanted))
      const value = found.length === 1 ? found[0]!.slice(wanted.length) : ''
      return VALUE.test(value) ? value : undefined
    },
    write: (reply, name, value) => void reply.header('set-cookie', `${nameOf(name)}=${value}${attributes}`),
    clear: (reply, name) => void reply.header('set-cookie', `${nameOf(name)}=${attributes}; Max-Age=0`),
  }
}
