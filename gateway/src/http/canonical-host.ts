import type { FastifyInstance } from 'fastify'

const NOT_PAGES = /^\/(api|health|realms|carddav|\.well-known)(\/|$)/

/**
 * A page opened under another host name (`localhost` for `127.0.0.1`) is sent to the configured one: cookies, the
 * redirect address at the issuer and the Origin check all hang on it.
 */
export function addCanonicalHost(app: FastifyInstance, origin: string): void {
  const host = new URL(origin).host
  app.addHook('onRequest', async (request, reply) => {
    const { method, headers, url } = request
    if (method !== 'GET' || headers.host === undefined || headers.host === host || NOT_PAGES.test(url)) return
    const isPage = headers['sec-fetch-mode'] === 'navigate' || (headers.accept ?? '').includes('text/html')
    if (isPage) return reply.redirect(origin + url, 307)
  })
}
