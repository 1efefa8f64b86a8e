import type { ComponentName, Environments } from './environments.ts'
import type { Env } from './settings.ts'

export type Component = { stop(): Promise<void> }

type Start = (name: ComponentName, env: Record<string, string>) => Promise<Component>

/** Starts several parts side by side, in this process or as `start` says; when one fails, those that did start are stopped again. */
export async function startComponents(envs: Partial<Environments>, start: Start = startComponent): Promise<Component> {
  const outcomes = await Promise.allSettled(Object.entries(envs).map(([name, env]) => start(name as ComponentName, env)))
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const stop = async (): Promise<void> => {
    for (const component of started.reverse()) await component.stop()
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed === undefined) return { stop }
  await stop()
  throw failed.reason
}

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
