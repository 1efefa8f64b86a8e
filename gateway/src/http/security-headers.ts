import type { FastifyInstance } from 'fastify'

/** Headers of every answer. A constant, because it is set on every request. */
export function securityHeaders(origin: string): Record<string, string> {
  const csp = {
    'default-src': "'self'",
    'script-src': "'self'",
    // Mantine writes its variables and responsive values into style elements.
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self' data:",
    'connect-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    'form-action': "'self'",
  }
  return {
    'content-security-policy': Object.entries(csp).map(([name, value]) => `${name} ${value}`).join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
    ...(origin.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  }
}

export function addSecurityHeaders(app: FastifyInstance, origin: string): void {
  const headers = securityHeaders(origin)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
}
