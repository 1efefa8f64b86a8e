import { rightsProjection } from '@vitrylo/auth'
import { rebuild, type Projection } from '@vitrylo/events'
import { refusedByBus } from '../bus.ts'
import type { Deps, ServiceDefinition } from '../define.ts'
import { Refusal, type Env } from '../settings.ts'
import { withDeps } from './with-deps.ts'

/** `group`: the consumer that keeps these projections in daily life. */
type Tended = Pick<Deps, 'pool' | 'bus' | 'log'> & { group: string; projections: readonly Projection[] }

/** The command `rebuild <projection> [since]`: tables that are made of events, made anew from the bus while the process runs. */
export async function tendProjection({ pool, bus, log, group, projections }: Tended, [asked, since]: readonly string[]): Promise<void> {
  const projection = projections.find(({ name }) => name === asked)
  const names = projections.map(({ name }) => name).join(', ')
  if (projection === undefined) throw new Refusal(`rebuild what: ${names}? rebuild <projection> [since, as 2026-03-01T00:00:00Z]`)
  const time = since === undefined ? undefined : new Date(since)
  if (time !== undefined && Number.isNaN(time.getTime())) throw new Refusal(`${since} is no time: write it as 2026-03-01T00:00:00Z`)
  const { events, deadLetters } = await refusedByBus(rebuild({ pool, bus, group, projection, since: time, log }))
  console.log(`${projection.name}: ${events} events applied, ${deadLetters} became dead letters`)
}

/** The same, of a service. */
export const tendProjectionOf = (definition: ServiceDefinition, env: Env, args: readonly string[]): Promise<void> =>
  withDeps(definition.name, env, (deps) => tendProjection({ ...deps, group: definition.name, projections: [rightsProjection, ...(definition.projections?.(deps) ?? [])] }, args))
