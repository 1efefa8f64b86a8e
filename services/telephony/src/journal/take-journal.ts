import { sees, type Caller } from '@vitrylo/auth'
import { invalid, notFound } from '@vitrylo/errors'
import { isUuid } from '@vitrylo/pg'
import type { UploadPbxJournalRequest, UploadPbxJournalResponse } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import type { Call, Deps } from '@vitrylo/service'
import { journalEvents } from '../asterisk/journal.ts'
import { eventId } from '../call/event-id.ts'
import { placeOf } from '../pbx/pbx-sql.ts'
import { insertLines } from './journal-sql.ts'

const MAX_BYTES = 16 * 1024 * 1024
const MAX_LINE = 4_000
const MAX_AGE_MS = 30 * 86_400_000

/** Keeps the lines of an exchange's own journal for whoever holds the link to it. */
export async function takeJournal({ pool }: Deps, parts: AsyncIterable<UploadPbxJournalRequest>, call: Call): Promise<UploadPbxJournalResponse> {
  const { id, text } = await read(parts, (id) => admit(pool, call.caller, id))
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const judged = lines.map((line) => ({ line, verdict: judge(line, id, call.now) }))
  const kept = judged.filter(({ verdict }) => verdict === 'kept').map(({ line }) => ({ line, hash: eventId([line]) }))
  const refused = judged.filter(({ verdict }) => verdict === 'refused').length
  return call.transact(async (tx) => {
    await insertLines(tx, id, kept, call.now)
    return { taken: lines.length - refused, refused }
  })
}

async function read(parts: AsyncIterable<UploadPbxJournalRequest>, admitted: (id: string) => Promise<void>) {
  let id = ''
  let bytes = 0
  const chunks: Uint8Array[] = []
  for await (const part of parts) {
    if (id === '') await admitted((id = part.id))
    bytes += part.data.length
    if (bytes > MAX_BYTES) throw invalid([{ field: 'data', rule: 'length', description: 'at most 16 MiB at once; send the rest after it' }])
    chunks.push(part.data)
  }
  return { id, text: Buffer.concat(chunks).toString('utf8') }
}

/** Who may not add calls at the branch of the exchange does not learn that there is one. */
async function admit(pool: Deps['pool'], caller: Caller, id: string): Promise<void> {
  const pbx = isUuid(id) ? await placeOf(pool, id) : undefined
  if (pbx === undefined || !sees(caller, 'calls', pbx, 'create')) throw notFound('pbx', id)
}

/** Idle: a record that tells nothing of a call, like the start of music on hold. */
function judge(line: string, pbxId: string, now: Date): 'kept' | 'idle' | 'refused' {
  if (line.length > MAX_LINE || line.includes('\0')) return 'refused'
  const events = journalEvents(line, { pbxId, receivedAt: now.getTime() })
  if (events === undefined || events.some(({ at }) => Math.abs(now.getTime() - at) > MAX_AGE_MS)) return 'refused'
  return events.length === 0 ? 'idle' : 'kept'
}
