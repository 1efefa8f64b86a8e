import type { ComponentName } from './environments.ts'
import type { Env } from './settings.ts'

export type Component = { stop(): Promise<void> }

/** Starts one part in this process. Each is imported only where it runs. */
export async function startComponent(name: ComponentName, env: Env): Promise<Component> {
  if (name === 'issuer') return (await import('./issuer.ts')).startIssuerFrom(env)
  if (name === 'gateway') return (await import('@vitrylo/gateway')).startGateway(env)
  const { startService } = await import('@vitrylo/service')
  return startService(await definitionOf(name), env)
}

async function definitionOf(name: Exclude<ComponentName, 'issuer' | 'gateway'>) {
  switch (name) {
    case 'directory':
      return (await import('@vitrylo/directory')).directory
    case 'contacts':
      return (await import('@vitrylo/contacts')).contacts
    case 'sales':
      return (await import('@vitrylo/sales')).sales
    case 'service-desk':
      return (await import('@vitrylo/service-desk')).serviceDesk
    case 'telephony':
      return (await import('@vitrylo/telephony')).telephony
  }
}
