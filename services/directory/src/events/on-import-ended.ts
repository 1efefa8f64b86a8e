import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import { ImportEndedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { notify } from '../notification/notify.ts'

// A new installation of this release reads its topics from the beginning: nobody waits for the end of last week's import.
const FRESH_MS = 86_400_000

/** Tells who began an import how it ended. It is theirs alone, so that no right has to be asked. */
export function importHandler({ now, env }: Pick<Deps, 'now' | 'env'>): Handler {
  const mail = mailerOf(env) !== undefined
  return on(ImportEndedEvent, async (tx, { ending, employeeId, fileName }, event) => {
    if (Date.parse(event.time) < now().getTime() - FRESH_MS) return
    await notify(tx, { kind: 'import-ended', title: fileName, recordId: ending!.importId, importEnding: ending! }, [employeeId], { now: now(), mail })
  })
}
