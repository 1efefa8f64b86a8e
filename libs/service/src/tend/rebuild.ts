import { rightsProjection } from '@vitrylo/auth'
import { rebuild, type Projection } from '@vitrylo/events'
import { refusedByBus } from '../bus.ts'
import type { Deps, ServiceDefinition } from '../define.ts'
import { Refusal, type Env } from '../settings.ts'
import { withDeps } from './with-deps.ts'

const projectionsOf = (definition: ServiceDefinition, deps: Deps): Projection[] => [
  rightsProjection,
  ...(definition.projections?.(deps) ?? []),
]

/** The command `rebuild <projection> [since]`: tables that are made of events, made anew from the bus while the service runs. */
export async function tendProjection(definition: ServiceDefinition, env: Env, [asked, since]: readonly string[]): Promise<void> {
  await withDeps(definition.name, env, async (deps) => {
    const known = projectionsOf(definition, deps)
    const projection = known.find(({ name }) => name === asked)
    const names = known.map(({ name }) => name).join(', ')
    if (projection === undefined) throw new Refusal(`rebuild what: ${names}? rebuild <projection> [since, as 2026-03-01T00:00:00Z]`)
    const time = since === undefined ? undefined : new Date(since)
    if (time !== undefined && Number.isNaN(time.getTime())) throw new Refusal(`${since} is no time: write it as 2026-03-01T00:00:00Z`)
    const { pool, bus, log } = deps
    const { events, deadLetters } = await refusedByBus(rebuild({ pool, bus, group: definition.name, projection, since: time, log }))
    console.log(`${projection.name}: ${events} events applied, ${deadLetters} became dead letters`)
  })
}
