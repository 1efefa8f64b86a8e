import type { Caller } from '@vitrylo/auth'
import { exportTable } from '@vitrylo/imports'
import type { Db } from '@vitrylo/pg'
import type { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import type { CallServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { awaitArrival, withAccess, type Deps, type Handlers } from '@vitrylo/service'
import { setCounterparty } from '../journal/correct-call.ts'
import { callFor, partiesOf, type CallRow } from '../journal/call-message.ts'
import { getCall, listCalls } from '../journal/call-sql.ts'
import { callTable } from '../journal/call-table.ts'
import { visibleNames } from '../party/party-sql.ts'
import { clockOffsetOf } from '../pbx/link-sql.ts'

export function callService(deps: Deps): Handlers<CallServiceServer> {
  const { pool, log } = deps
  const table = callTable(pool)
  return {
    getCall: async ({ id }, { caller }) => {
      const row = await getCall(pool, caller, id)
      return withAccess(pool, caller, 'calls', row.owner_id ?? undefined, await shown(pool, caller, row))
    },
    listCalls: async (request, call) => {
      const { rows, nextPageToken } = await listCalls(pool, call, request)
      const names = await visibleNames(pool, call.caller, partiesOf(rows))
      return { calls: rows.map((row) => callFor(row, names)), nextPageToken }
    },
    exportCalls: (request, call) => exportTable(deps, table, request, call),
    markCallSeen: async ({ id }, { caller, now }) => {
      const row = await getCall(pool, caller, id)
      const offer = row.facts.offers.find(({ employeeId }) => employeeId !== null && employeeId === caller.employeeId)
      if (offer === undefined) return { elapsedMs: 0 }
      const elapsedMs = now.getTime() - (offer.offeredAt - (await clockOffsetOf(pool, row.pbx_id)))
      log.info({ popMs: Math.round(elapsedMs), pbx: row.pbx_id }, 'call painted')
      return { elapsedMs }
    },
    setCallCounterparty: async (request, call) => {
      const { counterpartyId } = request
      // Often one that was added for this call a moment ago.
      await awaitArrival(counterpartyId, call, async () => (await visibleNames(pool, call.caller, [counterpartyId], ['counterparty'])).get(counterpartyId))
      return call.transact(async (tx) => shown(tx, call.caller, await setCounterparty(tx, call, request)))
    },
  }
}

const shown = async (db: Db, caller: Caller, row: CallRow): Promise<Call> =>
  callFor(row, await visibleNames(db, caller, partiesOf([row])))
