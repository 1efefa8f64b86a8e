import { createHash } from 'node:crypto'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { exec, inTx, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { Logger } from 'pino'
import type { Deed } from './audit/index.ts'

/** Tables that calls need, for `migrate`. */
export const callMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_service' }

/** What a handler knows of the call it serves. */
export type Call = {
  caller: Caller
  /** Aborted when the deadline passes or the client is gone. */
  signal: AbortSignal
  log: Logger
  /** Time of the call: one for everything that it writes. */
  now: Date
  /** What the audit is told of the call. */
  deed: Deed
  /** Session of the browser that the request was made in; absent for tokens. */
  sessionId: string | undefined
  /** Where the caller's days begin, for `today` in a filter: `Europe/Kyiv`. */
  timeZone: string
  /**
   * Runs a command in one transaction. With an `Idempotency-Key` the answer is stored in it too: a repeat gives the
   * first answer, another request under the key is refused. `work` must give the answer of the RPC.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same for a command of one statement, which without a key needs no other around it. */
  transactOne<T>(work: (db: Db) => Promise<T>): Promise<T>
}

export type Command = {
  pool: Pool
  rpc: MethodDefinition<any, any>
  caller: Caller
  key: string
  /** The request as it came. */
  bytes: Buffer
}

/** Answers are kept for 24 h; an older key counts as new. */
export async function transactKeyed<T>({ pool, rpc, caller, key, bytes }: Command, work: (tx: Tx) => Promise<T>): Promise<T> {
  const hash = createHash('sha256').update(bytes).digest()
  return inTx(pool, async (tx) => {
    // A parallel repeat waits here for the first to commit.
    const claimed = await one(
      tx,
      sql`insert into idempotency (caller, key, method, request_hash) values (${caller.subject}, ${key}, ${rpc.path}, ${hash})
          on conflict (caller, key) do update
            set method = excluded.method, request_hash = excluded.request_hash, response = null, created_at = now()
            where idempotency.created_at < now() - interval '24 hours'
          returning key`,
    )
    if (claimed === undefined) return rpc.responseDeserialize(await firstAnswer(tx, caller, key, rpc.path, hash)) as T
    const answer = await work(tx)
    const response = rpc.responseSerialize(answer)
    await exec(tx, sql`update idempotency set response = ${response} where caller = ${caller.subject} and key = ${key}`)
    return answer
  })
}

type Stored = { method: string; hash: Buffer; response: Buffer }

async function firstAnswer(tx: Tx, caller: Caller, key: string, method: string, hash: Buffer): Promise<Buffer> {
  const stored = await one<Stored>(
    tx,
    sql`select method, request_hash as hash, response from idempotency where caller = ${caller.subject} and key = ${key}`,
  )
  if (stored === undefined || stored.method !== method || !stored.hash.equals(hash)) {
    throw new AppError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for another request', { key })
  }
  return stored.response
}

/** Forgets keys older than 24 h. */
export async function pruneIdempotency(pool: Pool): Promise<void> {
  await exec(pool, sql`delete from idempotency where created_at < now() - interval '24 hours'`)
}
