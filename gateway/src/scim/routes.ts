import type { RightsStore } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { unsupported } from '../http/body.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import type { RestDeps } from '../rest/unary.ts'
import type { Answered, Asked } from './answer.ts'
import { scimError, type ScimError } from './scim-error.ts'

export type ScimDeps = { contract: Contract; rest: RestDeps; rights: RightsStore; origin: string; log: Logger }

const BASE = '/scim/v2'
const TYPE = /^application\/(?:scim\+)?json(?:; ?charset=utf-8)?$/i

/**
 * SCIM 2.0 (RFC 7643, 7644): an identity provider of the firm keeps users and groups in step. It speaks as an integration account with the
 * scope `scim`; what it may do there is decided by the directory as for everybody. The library is loaded with the first request.
 */
export function addScim(app: FastifyInstance, deps: ScimDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
      try {
        if (!TYPE.test(request.headers['content-type'] ?? '')) throw unsupported('application/scim+json')
        done(null, parseStrictJson(body as Buffer))
      } catch (error) {
        done(error as Error)
      }
    })
    scope.setErrorHandler((error, request, reply) => {
      const told = scimError(error)
      if (told.status === 500) deps.log.error({ err: error, trace_id: request.trace.id }, 'a SCIM request failed')
      return sendError(reply, told)
    })
    const handler = (request: FastifyRequest, reply: FastifyReply) => handle(deps, request, reply)
    const config = { access: 'signed-in' } as const
    for (const url of ['', '/*']) scope.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url: BASE + url, exposeHeadRoute: false, config, handler })
  })
}

async function handle({ contract, rest, rights, origin }: ScimDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const caller = rights.callerOf(request.identity!.claims)
  if (caller.integration?.scopes.includes('scim') !== true) {
    throw new AppError('PERMISSION_DENIED', 'SCOPE_MISSING', 'only an integration account with the scope scim speaks SCIM')
  }
  const [{ answer }, { directoryOf }] = await Promise.all([import('./answer.ts'), import('./directory.ts')])
  const [, collection = '', id, ...rest_] = request.url.slice(BASE.length).split('?')[0]!.split('/')
  if (rest_.length > 0) throw new AppError('NOT_FOUND', 'ROUTE_NOT_FOUND', 'nothing lives at this address')
  const asked: Asked = {
    method: request.method, collection, id: id === undefined || id === '' ? undefined : decodeURIComponent(id), query: request.query as Record<string, string>, body: request.body,
    ifMatch: request.headers['if-match'],
    context: { directory: directoryOf({ contract, rest }, request), homeBranchId: rights.data().employees.get(caller.integration.ownerId)?.branchId },
  }
  return send(reply, await answer(asked, origin + BASE))
}

function send(reply: FastifyReply, { status, body, etag, location }: Answered): FastifyReply {
  if (etag !== undefined) reply.header('etag', etag)
  if (location !== undefined) reply.header('location', location)
  reply.code(status).header('cache-control', 'no-store')
  return body === undefined ? reply.send() : reply.type('application/scim+json; charset=utf-8').send(JSON.stringify(body))
}

/** RFC 7644 3.12. */
function sendError(reply: FastifyReply, { status, scimType, message }: ScimError): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 429 || status === 503) reply.header('retry-after', '1')
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), ...(scimType && { scimType }), detail: message }
  return reply.code(status).header('cache-control', 'no-store').type('application/scim+json; charset=utf-8').send(JSON.stringify(body))
}
