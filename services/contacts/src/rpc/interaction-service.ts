import { assertReaches, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import { InteractionState, Interaction as codec, type Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import type { InteractionServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { applyMask, awaitColleagues, newId, type Deps, type Handlers } from '@vitrylo/service'
import { interactionViolations, normalInteraction, participantViolations, withPlace, withReminder } from '../interaction/complete-interaction.ts'
import { deleteInteraction, getInteraction, insertInteraction, listInteractions, lockInteraction, updateInteraction } from '../interaction/interaction-sql.ts'

const WRITABLE = [
  'kind', 'subject', 'place', 'startTime', 'endTime', 'text', 'result', 'nextStep', 'nextStepDate', 'counterpartyIds', 'contactPersonIds',
  'employeeIds', 'ownerId', 'branchId', 'remindBeforeMinutes',
] as const

export function interactionService({ pool, rights }: Deps): Handlers<InteractionServiceServer> {
  async function add(tx: Tx, caller: Caller, given: Interaction, now: Date): Promise<Interaction> {
    const placed = withPlace({ ...normalInteraction(given), id: newId() }, caller, rights.data())
    const wrong = [...interactionViolations(placed, rights.data(), now), ...(await participantViolations(tx, caller, placed))]
    if (wrong.length > 0) throw invalid(wrong)
    assertReaches(caller, 'interactions', 'create', { branchId: placed.branchId, ownerId: placed.ownerId })
    return insertInteraction(tx, withReminder(placed, now), caller, now)
  }
  return {
    getInteraction: ({ id }, { caller }) => getInteraction(pool, caller, id),
    listInteractions: (request, call) => listInteractions(pool, call, request),
    createInteraction: async ({ interaction }, call) => {
      const { caller, now, transact } = call
      await awaitColleagues({ rights }, call, [interaction!.ownerId, ...interaction!.employeeIds], [interaction!.branchId])
      const state = interaction!.state === InteractionState.HELD ? InteractionState.HELD : InteractionState.PLANNED
      return transact((tx) => add(tx, caller, { ...interaction!, state }, now))
    },
    updateInteraction: async ({ interaction, updateMask }, call) => {
      const { caller, now, transact } = call
      await awaitColleagues({ rights }, call, [interaction!.ownerId, ...interaction!.employeeIds], [interaction!.branchId])
      return transact(async (tx) => {
        const current = await lockInteraction(tx, caller, 'change', interaction!.id, interaction!.etag)
        const { next, changed } = applyMask(current, normalInteraction(interaction!), updateMask, WRITABLE)
        if (changed.length === 0) return current
        const placed = withPlace(next, caller, rights.data())
        const wrong = [...interactionViolations(placed, rights.data(), now), ...(await participantViolations(tx, caller, placed, current))]
        if (wrong.length > 0) throw invalid(wrong)
        assertReaches(caller, 'interactions', 'change', { branchId: placed.branchId, ownerId: placed.ownerId })
        return updateInteraction(tx, current, moved(current, placed, now), changed, caller, now)
      })
    },
    holdInteraction: ({ id, etag, result, nextStep, nextStepDate, next }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockInteraction(tx, caller, 'change', id, etag)
        if (current.state === InteractionState.HELD) return current
        assertPlanned(current)
        const startTime = current.startTime! > now ? now : current.startTime
        const endTime = current.endTime === undefined || current.endTime > startTime! ? current.endTime : undefined
        const held = normalInteraction({ ...current, state: InteractionState.HELD, startTime, endTime, result, nextStep, nextStepDate, remindTime: undefined })
        const wrong = interactionViolations(held, rights.data(), now)
        if (wrong.length > 0) throw invalid(wrong)
        const saved = await updateInteraction(tx, current, held, ['state', 'result', 'nextStep', 'nextStepDate'], caller, now)
        if (next !== undefined) await add(tx, caller, followUp(saved, next), now)
        return saved
      }),
    cancelInteraction: ({ id, etag, result }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockInteraction(tx, caller, 'change', id, etag)
        if (current.state === InteractionState.CANCELLED) return current
        assertPlanned(current)
        const next = { ...current, state: InteractionState.CANCELLED, result, remindTime: undefined }
        return updateInteraction(tx, current, next, ['state', 'result'], caller, now)
      }),
    deleteInteraction: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        await deleteInteraction(tx, await lockInteraction(tx, caller, 'delete', id, etag), caller, now)
        return {}
      }),
  }
}

/** The reminder follows start, owner and lead time; a change of something else leaves one that was given as it is. */
function moved(current: Interaction, next: Interaction, now: Date): Interaction {
  const same = next.startTime?.getTime() === current.startTime?.getTime() && next.remindBeforeMinutes === current.remindBeforeMinutes && next.ownerId === current.ownerId
  return same ? next : withReminder(next, now)
}

type Next = { kind: Interaction['kind']; subject: string; startTime?: Date | undefined; remindBeforeMinutes?: number | undefined }

const followUp = ({ counterpartyIds, contactPersonIds, employeeIds, ownerId, branchId }: Interaction, { kind, subject, startTime, remindBeforeMinutes }: Next): Interaction =>
  ({ ...codec.fromPartial({ kind, subject, counterpartyIds, contactPersonIds, employeeIds, ownerId, branchId, remindBeforeMinutes }), startTime, state: InteractionState.PLANNED })

function assertPlanned({ id, state }: Interaction): void {
  if (state === InteractionState.PLANNED) return
  const metadata = { id, state: wordOf(InteractionState, state) }
  throw new AppError('FAILED_PRECONDITION', 'INTERACTION_CLOSED', 'the interaction is over; plan a new one', metadata)
}
