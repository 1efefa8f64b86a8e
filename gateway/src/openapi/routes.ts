import type { CustomFields, RightsStore } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Schema } from '../contract/rules.ts'
import type { Identify } from '../sign-in/authenticate.ts'
import { withCustomFields } from './custom-fields.ts'
import { docsPage } from './docs-page.ts'
import { openApi } from './document.ts'

const ANONYMOUS = { config: { access: 'anonymous' } } as const
const NONE: CustomFields = new Map()

type Deps = { contract: Contract; identify: Identify; rights: RightsStore }

/**
 * The contract for machines and for people; made at the first request, since most processes are never asked. Who is
 * signed in finds the custom fields of the firm in it; what a firm calls them is nobody else's business.
 */
export function addDocs(app: FastifyInstance, { contract, identify, rights }: Deps): void {
  let plain: Schema | undefined
  const made = new WeakMap<CustomFields, { document: string; page: string }>()
  const textsFor = async (request: FastifyRequest) => {
    const fields = (await isSignedIn(identify, request)) ? rights.data().customFields : NONE
    let texts = made.get(fields)
    if (texts === undefined) {
      const document = withCustomFields((plain ??= openApi(contract)), fields)
      made.set(fields, (texts = { document: JSON.stringify(document), page: docsPage(document) }))
    }
    return texts
  }
  app.get('/api/openapi.json', ANONYMOUS, async (request, reply) => {
    const { document } = await textsFor(request)
    return reply.header('vary', 'cookie, authorization').header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(document)
  })
  app.get('/api/docs', ANONYMOUS, async (request, reply) => {
    const { page } = await textsFor(request)
    return reply.header('vary', 'cookie, authorization').header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
  })
}

async function isSignedIn(identify: Identify, request: FastifyRequest): Promise<boolean> {
  try {
    return (await identify(request)) !== undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return false
    throw error
  }
}
