import { inTx, many, one, sql, type Pool, type Tx } from '@vitrylo/pg'
import type { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { dequeue, doneBySystem, enqueue, type Deps, type ServiceDefinition, type Sweep } from '@vitrylo/service'
import { publish } from '../timeline/publish.ts'
import { interactionReminded } from './interaction-events.ts'
import { fromInteractionRow, interactionColumns, type InteractionRow } from './interaction-row.ts'

const JOB = 'remind'
const SWEEP_MS = 30_000

const keyOf = (id: string): string => `remind:${id}`

/** One job an interaction: another time replaces it, no time takes it away. */
export async function scheduleReminder(tx: Tx, { id, remindTime, startTime }: Interaction, before?: Interaction): Promise<void> {
  if (remindTime?.getTime() === before?.remindTime?.getTime() && startTime?.getTime() === before?.startTime?.getTime()) return
  if (remindTime === undefined) await dequeue(tx, keyOf(id))
  else await enqueue(tx, JOB, { id }, keyOf(id), remindTime)
}

type Jobs = ReturnType<NonNullable<ServiceDefinition['jobs']>>

export const reminderJobs = (deps: Deps): Jobs => ({
  [JOB]: async (payload) => remind(deps, (payload as { id: string }).id),
})

/**
 * Once for each time: under the row lock the mark and the event are one transaction, so that a job which comes twice, late or
 * for a time that was changed meanwhile finds nothing to do. The clock is the one that the queue goes by.
 */
async function remind(deps: Pick<Deps, 'pool' | 'rights' | 'now' | 'committed'>, id: string): Promise<void> {
  const { pool, now, committed } = deps
  await inTx(pool, async (tx) => {
    const row = await one<InteractionRow>(
      tx,
      sql`select ${interactionColumns} from interaction i
          where i.id = ${id} and i.state = 'planned' and i.reminded_at is null and i.remind_at <= now() for update`,
    )
    if (row === undefined) return
    await one(tx, sql`update interaction set reminded_at = now() where id = ${id} returning id`)
    const interaction = fromInteractionRow(row)
    await doneBySystem(deps, tx, { method: 'InteractionReminder', section: 'interactions', id, place: interaction }, (inner) => publish(inner, [interactionReminded(interaction, now())]))
  })
  committed()
}

/** Takes up what a process that died has left: the queue itself would hold its jobs for four hours. */
export const reminderSweep = ({ pool }: Pick<Deps, 'pool'>): Sweep => ({
  name: 'due reminders',
  everyMs: SWEEP_MS,
  first: () => takeUp(pool, 0),
  each: () => takeUp(pool, SWEEP_MS / 1000),
})

async function takeUp(pool: Pool, lateSeconds: number): Promise<void> {
  const late = await many<{ id: string }>(
    pool,
    sql`select id from interaction
        where state = 'planned' and reminded_at is null and remind_at is not null and remind_at <= now() - make_interval(secs => ${lateSeconds}::int)`,
  )
  for (const { id } of late) await inTx(pool, (tx) => enqueue(tx, JOB, { id }, keyOf(id)))
}
