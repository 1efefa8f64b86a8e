import pg from 'pg'
import { clientClass, passwordsOf, withPatience } from './passwords.ts'
import { types } from './types.ts'

export type Pool = pg.Pool
/** A connection inside a transaction, as `inTx` hands it out. */
export type Tx = pg.PoolClient
export type Db = Pool | Tx

export type PoolOptions = {
  /** `postgres://…`; with `?passwordfile=/path` the password is read there at every new connection. */
  url: string
  /** Shown in pg_stat_activity. */
  name: string
  max?: number
  statementTimeoutMs?: number
}

/** A pool with the timeouts of the house. It gives idle connections back after 10 s: a backend costs memory. */
export function createPool({ url, name, max = 10, statementTimeoutMs = 30_000 }: PoolOptions): Pool {
  const config: pg.PoolConfig = {
    connectionString: url,
    application_name: name,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(10_000, statementTimeoutMs),
    idle_in_transaction_session_timeout: 30_000,
    allowExitOnIdle: true,
    keepAlive: true,
  }
  const passwords = passwordsOf(url)
  const pool = passwords === undefined ? new pg.Pool(config) : new PatientPool({ ...config, Client: clientClass(passwords) })
  // A lost connection fails the query that used it, or is replaced at the next one. Without listeners on both (the
  // pool listens to idle connections only) it would end the process.
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

const ignore = (): void => {}

type Lent = (error: Error | undefined, client: pg.PoolClient | undefined, release: (release?: any) => void) => void

/** Asks again when the server and the file do not agree on the password yet. */
class PatientPool extends pg.Pool {
  override connect(lent?: Lent): any {
    const connecting = withPatience(() => super.connect())
    if (lent === undefined) return connecting
    connecting.then(
      (client) => process.nextTick(lent, undefined, client, client.release),
      (error: Error) => process.nextTick(lent, error, undefined, ignore),
    )
  }
}
