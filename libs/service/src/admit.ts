import type { Metadata, MethodDefinition } from '@grpc/grpc-js'
import { assertInForce, type RightsStore, type Verify } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { isTimeZone } from '@vitrylo/lists'
import { inStatement, inTx, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { SIGNED_IN, type Method } from '@vitrylo/proto/contract.ts'
import type { Logger } from 'pino'
import { recorded, type Deed, type Recorder } from './audit/index.ts'
import { transactKeyed, type Call } from './call.ts'
import type { From } from './from.ts'
import type { AdmitPeer } from './peers.ts'
import { contract } from './validate.ts'

/** What every call passes through. */
export type Interceptors = {
  pool: Pool
  verify: Verify
  rights: RightsStore
  now: () => Date
  log: Logger
  committed: () => void
  admitPeer: AdmitPeer
  audit: Recorder
}

export type Incoming = {
  rpc: MethodDefinition<any, any>
  method: Method
  metadata: Metadata
  signal: AbortSignal
  /** The request as it came; empty for a stream. */
  bytes: Buffer
  /** Who calls from where; the caller is noted as soon as they are known. */
  from: From
}

/** Token and right, before anything else is looked at: a refused caller learns nothing. */
export async function admit({ rpc, method, metadata, signal, bytes, from }: Incoming, around: Interceptors): Promise<Call> {
  const { pool, verify, rights, log, committed } = around
  const caller = (from.caller = rights.callerOf(await verify(bearerOf(metadata))))
  assertInForce(caller)
  const { section, action } = method
  if (action !== SIGNED_IN && caller.reach(section, action) === undefined) {
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `you need the right ${section}: ${action}`, { section, action })
  }
  const key = metadata.get('idempotency-key')[0]?.toString() || undefined
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    await answer
    committed()
    return answer
  }
  const now = around.now()
  const deed: Deed = {
    caller, section, action, now, sessionId: from.sessionId, address: from.address, key: around.audit.key, rights: () => rights.data(),
    method: nameOf(method), answers: sectionOf(method),
  }
  return {
    caller,
    signal,
    log,
    now,
    deed,
    timeZone: timeZoneOf(metadata),
    sessionId: metadata.get('session-id')[0]?.toString(),
    transact: (work) => {
      const whole = (tx: Tx) => recorded(deed, tx, work)
      return told(key === undefined ? inTx(pool, whole) : transactKeyed({ pool, rpc, caller, key, bytes }, whole))
    },
    transactOne: (work) => {
      const whole = (db: Db) => recorded(deed, db, work)
      return told(key === undefined ? inStatement(pool, whole) : transactKeyed({ pool, rpc, caller, key, bytes }, whole))
    },
  }
}

/** `CounterpartyService.UpdateCounterparty`. */
export const nameOf = ({ rpc }: Method): string => `${rpc.parent.name}.${rpc.name}`

const sectionOf = ({ rpc }: Method): string => contract().contract.records.get(rpc.output.typeName)?.section ?? ''

/** The gateway has checked it; who calls past the gateway without one lives by UTC. */
function timeZoneOf(metadata: Metadata): string {
  const timeZone = metadata.get('time-zone')[0]?.toString() ?? ''
  return isTimeZone(timeZone) ? timeZone : 'UTC'
}

function bearerOf(metadata: Metadata): string {
  const header = metadata.get('authorization')[0]?.toString() ?? ''
  if (/^Bearer [\x21-\x7e]+$/i.test(header)) return header.slice(7)
  throw new AppError('UNAUTHENTICATED', 'TOKEN_MISSING', 'no access token was given; sign in first')
}
