import { randomUUID } from 'node:crypto'
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import type { Env } from './start.ts'

const instance = randomUUID()

/** Who reports: the service, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise. */
export function resourceOf(env: Env, service: string): Resource {
  const own = resourceFromAttributes({ 'service.namespace': 'vitrylo', 'service.name': env.OTEL_SERVICE_NAME || service, 'service.instance.id': instance })
  return own.merge(detectResources({ detectors: [envDetector] }))
}
