import { SERVICES, type Service } from '../../images/build.ts'

/** Services that believe tokens which the gateway signs for phones: they read its keys. */
const KEY_READERS: readonly string[] = ['contacts', 'directory']

/**
 * The arrows of the architecture in the profile `dev`, said a second time: a table made from the chart would find right
 * whatever the chart opens. A pod of `from` reaches the port of `to` that serves it; all else is closed.
 */
export function mayReach(from: Service, to: string): boolean {
  if (to === 'postgres' || to === 'issuer') return true
  return from === 'gateway' ? SERVICES.includes(to as Service) : to === 'gateway' && KEY_READERS.includes(from)
}
