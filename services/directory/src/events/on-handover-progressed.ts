import { on, type Handler } from '@vitrylo/events'
import { HandoverProgressedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { noteProgress } from '../handover/handover-sql.ts'

/** How far a service is with its share. */
export const progressHandler = ({ now }: Pick<Deps, 'now'>): Handler =>
  on(HandoverProgressedEvent, (tx, { handoverId, part }) => noteProgress(tx, handoverId, part!, now()))
