import { AppError } from '@vitrylo/errors'
import { SIGNED_IN, type Method } from '@vitrylo/proto/contract.ts'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { addJsonBodies, ignoreBodies } from '../http/body.ts'
import { sendProblem } from '../http/problem.ts'
import type { Access } from '../http/types.ts'
import { downloadHandler } from './download.ts'
import type { Plan } from './plan.ts'
import { unaryHandler, type RestDeps } from './unary.ts'
import { uploadHandler } from './upload.ts'

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** A route for every method of the contract, and 405 for the other verbs of its address. */
export function addRest(app: FastifyInstance, plans: Plan[], deps: RestDeps): void {
  app.register(async (scope) => {
    addJsonBodies(scope)
    for (const plan of plans.filter(({ method }) => method.stream !== 'upload')) addRoute(scope, plan, deps)
  })
  app.register(async (scope) => {
    ignoreBodies(scope)
    for (const plan of plans.filter(({ method }) => method.stream === 'upload')) addRoute(scope, plan, deps)
  })
  app.register(async (scope) => {
    ignoreBodies(scope)
    const verbs = Map.groupBy(plans, ({ url }) => url)
    for (const [url, ofUrl] of verbs) addMethodNotAllowed(scope, url, ofUrl.map(({ method }) => method.verb.toUpperCase()))
  })
}

function addRoute(app: FastifyInstance, plan: Plan, deps: RestDeps): void {
  const { method, url, bodyField } = plan
  const handlers = { unary: unaryHandler, upload: uploadHandler, download: downloadHandler }
  app.route({
    method: method.verb.toUpperCase() as HTTPMethods,
    url,
    config: { access: accessOf(method), ...(bodyField !== undefined && { bodyField: `${bodyField.jsonName}.` }) },
    handler: handlers[method.stream](plan, deps),
  })
}

/** Fastify alone would answer 404. */
export function addMethodNotAllowed(app: FastifyInstance, url: string, allowed: string[]): void {
  const others = VERBS.filter((verb) => !allowed.includes(verb))
  const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].sort().join(', ')
  app.route({
    method: others as HTTPMethods[],
    url,
    exposeHeadRoute: false,
    config: { access: 'signed-in' },
    handler: (request, reply) => {
      reply.header('allow', allow)
      return sendProblem(reply, new AppError('UNIMPLEMENTED', 'METHOD_NOT_ALLOWED', `${request.method} is not possible here`))
    },
  })
}

function accessOf({ section, action }: Method): Access {
  return action === SIGNED_IN ? SIGNED_IN : { section, action }
}
