import { Metadata } from '@grpc/grpc-js'
import { invalid } from '@vitrylo/errors'
import { isTimeZone } from '@vitrylo/lists'
import { currentTraceparent } from '@vitrylo/telemetry'
import type { FastifyRequest } from 'fastify'

const KEY = /^[\x21-\x7e][\x20-\x7e]{0,127}$/

/** The client's idempotency key, if the request is one that may have effects. */
export function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && KEY.test(key)) return key
  throw invalid([{ field: 'Idempotency-Key', rule: 'format', description: 'must be 1 to 128 printable ASCII characters' }])
}

/** The time zone of the one who asks, from the header `Time-Zone: Europe/Kyiv`; absent means UTC. */
function timeZone({ headers }: FastifyRequest): string | undefined {
  const name = headers['time-zone']
  if (name === undefined) return undefined
  if (typeof name === 'string' && isTimeZone(name)) return name
  throw invalid([{ field: 'Time-Zone', rule: 'format', description: 'must name a time zone, as Europe/Kyiv' }])
}

/** All that a service learns of a request besides its message. Headers of the client are not passed on. */
export function metadataOf(request: FastifyRequest, key?: string): Metadata {
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${request.identity!.token}`)
  metadata.set('traceparent', currentTraceparent() ?? request.trace.parent)
  metadata.set('client-address', request.ip)
  const { publicSessionId } = request.identity!
  if (publicSessionId !== undefined) metadata.set('session-id', publicSessionId)
  if (key !== undefined) metadata.set('idempotency-key', key)
  const zone = timeZone(request)
  if (zone !== undefined) metadata.set('time-zone', zone)
  return metadata
}
