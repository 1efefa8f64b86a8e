import { randomUUID } from 'node:crypto'
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources'

const instance = randomUUID()

/** Who reports: the service, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise. */
export function resourceOf(service: string): Resource {
  const own = resourceFromAttributes({ 'service.namespace': 'vitrylo', 'service.name': service, 'service.instance.id': instance })
  return own.merge(detectResources({ detectors: [envDetector] }))
}
