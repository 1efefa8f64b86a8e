import { createPgBus, createKafkaBus, eventMigrations, on, pruneInbox, startConsumer } from '@vitrylo/events'
import type { Handler } from '@vitrylo/events'
import { migrate } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { EmployeeChangedEvent, EmployeeDeletedEvent, EmployeeInvitationEndedEvent, EmployeeInvitedEvent, IntegrationAccountChangedEvent } from '@vitrylo/proto/events.ts'
import { startSweep } from '@vitrylo/service/sweep.ts'
import { observeStores } from '@vitrylo/service/telemetry.ts'
import type { Logger } from './log.ts'
import { saveIntegration } from './integration-clients.ts'
import { endInvitation, saveInvitation } from './invitations.ts'
import { disableEmployee, saveEmployee } from './users.ts'

/** Its consumer; dead letters bear the name. */
export const GROUP = 'issuer'
const PRUNE_MS = 3_600_000

type Options = { pool: Pool; databaseUrl: string; busUrl: string; log: Logger }

/** What the issuer hears of the directory. */
export const directoryHandlers: Handler[] = [
  on(EmployeeChangedEvent, async (tx, { employee }, { revision }) => {
    if (!employee) return
    const { id, username, displayName: name, email, groups, disabled, branchId } = employee
    if (username) await saveEmployee(tx, { employeeId: id, username, name, email, groups, disabled, branchId }, revision)
    else await disableEmployee(tx, id, revision)
  }),
  on(EmployeeDeletedEvent, (tx, { id }, { revision }) => disableEmployee(tx, id, revision)),
  on(EmployeeInvitedEvent, (tx, invited, { revision }) => saveInvitation(tx, invited, revision)),
  on(EmployeeInvitationEndedEvent, (tx, { employeeId }, { revision }) => endInvitation(tx, employeeId, revision)),
  on(IntegrationAccountChangedEvent, (tx, told, { revision }) => saveIntegration(tx, told, revision, new Date())),
]

/** Keeps users in step with the employees of the directory: groups, names, links for a password, and who may not sign in any more. */
export async function followDirectory({ pool, databaseUrl, busUrl, log }: Options): Promise<{ stop(): Promise<void> }> {
  await migrate(databaseUrl, [eventMigrations])
  const bus = busUrl.startsWith('kafka://')
    ? createKafkaBus({ brokers: busUrl.slice('kafka://'.length).split(','), clientId: 'issuer', log })
    : createPgBus({ url: busUrl, log })
  const consumer = await startConsumer({ pool, bus, group: GROUP, log, handlers: directoryHandlers })
  const unobserve = observeStores({ name: 'issuer', pool, consumers: { [GROUP]: consumer } })
  const stopPruning = await startSweep({ name: 'pruning', everyMs: PRUNE_MS, each: (ending) => pruneInbox(pool, new Date(), ending) }, log)
  return {
    async stop() {
      await stopPruning()
      await unobserve()
      await consumer.stop()
      await bus.close()
    },
  }
}
