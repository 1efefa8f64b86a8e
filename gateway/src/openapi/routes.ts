import type { Contract } from '@vitrylo/proto/contract.ts'
import type { FastifyInstance } from 'fastify'
import { docsPage } from './docs-page.ts'
import { openApi } from './document.ts'

const ANONYMOUS = { config: { access: 'anonymous' } } as const

/** The contract for machines and for people; made at the first request, since most processes are never asked. */
export function addDocs(app: FastifyInstance, contract: Contract): void {
  let document: string | undefined
  let page: string | undefined
  app.get('/api/openapi.json', ANONYMOUS, (_request, reply) => {
    document ??= JSON.stringify(openApi(contract))
    return reply.type('application/json; charset=utf-8').send(document)
  })
  app.get('/api/docs', ANONYMOUS, (_request, reply) => {
    page ??= docsPage(openApi(contract))
    return reply.type('text/html; charset=utf-8').send(page)
  })
}
