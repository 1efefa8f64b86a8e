import { sees, type Caller } from '@vitrylo/auth'
import { oneByOne, settleRecord, type CustomValues } from '@vitrylo/custom'
import { newFiles } from '@vitrylo/files'
import { invalid, type Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import { RequestChannel, RequestState, type Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { awaitArrival, awaitColleagues, type Call, type Deps } from '@vitrylo/service'
import { findClient, holdClient, type Client } from '../counterparty/counterparty-sql.ts'
import { holdQueue } from '../queue/queue-sql.ts'

/** Gives records that were added elsewhere a moment ago the time to reach us; judges nothing. */
export async function awaitReferences({ pool, rights }: Deps, request: Partial<Request>, call: Call): Promise<void> {
  const { counterpartyId, ownerId, branchId } = request
  if (counterpartyId !== undefined) await awaitArrival(counterpartyId, call, () => findClient(pool, counterpartyId))
  await awaitColleagues({ rights }, call, [ownerId], [branchId])
}

/** Refuses what points at nothing that the caller may see, all of it in one answer; gives the client. */
export async function assertReferences(
  tx: Tx,
  { rights }: Pick<Deps, 'rights'>,
  caller: Caller,
  { counterpartyId, ownerId, branchId, queue }: Partial<Request>,
): Promise<Client | undefined> {
  const client = counterpartyId === undefined ? undefined : await holdClient(tx, counterpartyId)
  const { employees, branches } = rights.data()
  const wrong: Violation[] = []
  const refuse = (field: string, description: string) => wrong.push({ field, rule: 'reference', description })
  if (counterpartyId !== undefined && !isUsable(caller, client)) refuse('counterpartyId', 'no such counterparty')
  if (ownerId !== undefined && employees.get(ownerId)?.disabled !== false) refuse('ownerId', 'no such employee at work')
  if (branchId !== undefined && !branches.has(branchId)) refuse('branchId', 'no such branch')
  if (queue) {
    const chosen = await holdQueue(tx, queue)
    if (chosen === undefined) refuse('queue', 'no such queue')
    else if (chosen.archived) wrong.push({ field: 'queue', rule: 'archived', description: 'the queue is archived and takes no new requests; choose another one' })
  }
  if (wrong.length > 0) throw invalid(wrong)
  return client
}

export const wordsOfRequest = (r: Request) => ({ ...r, channel: wordOf(RequestChannel, r.channel), state: wordOf(RequestState, r.state) })

/** Custom values as they are kept; `before` are those of the request, absent for a new one. */
export const settleRequest = ({ rights }: Pick<Deps, 'rights'>, tx: Tx, caller: Caller, record: Request, before?: CustomValues) =>
  settleRecord(rights, {
    resource: 'requests', record, words: wordsOfRequest(record), before, caller,
    seen: oneByOne(async (id) => isUsable(caller, await findClient(tx, id))), files: newFiles(tx, caller, 'requests'),
  })

// One that the caller may not see gets the same answer as none.
const isUsable = (caller: Caller, client: Client | undefined): boolean =>
  client !== undefined && !client.deleted && sees(caller, 'counterparties', { branchId: client.branchId, ownerId: client.responsibleId })
