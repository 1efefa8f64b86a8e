import { setTimeout as delay } from 'node:timers/promises'
import { one, sql, type Tx } from '@vitrylo/pg'
import type { Deps, Stop } from '@vitrylo/service'
import { pruneEvents } from '../journal/call-sql.ts'
import { dropStaleLines } from '../journal/journal-sql.ts'
import { startLink, type Link } from './link.ts'
import { enabledPbxes, settingsOf } from './pbx-sql.ts'
import { pbxSecrets } from './secrets.ts'

const POLL_MS = 1_000
const PRUNE_MS = 3_600_000
const STALE_MS = 86_400_000

type Held = { revision: number; link: Link }

/**
 * One process at a time holds the links, by a session lock; the others wait to take over. Exchanges that are added,
 * changed or removed are connected, connected anew or left within a second.
 */
export async function startLinks(deps: Deps): Promise<Stop> {
  const stopping = new AbortController()
  let forgetting: Promise<void> | undefined
  const tidy = (): void => {
    forgetting ??= forget(deps, stopping.signal)
      .catch((err) => deps.log.warn({ err }, 'old events of exchanges could not be forgotten, tried again in an hour'))
      .finally(() => (forgetting = undefined))
  }
  const running = lead({ ...deps, tidy }, stopping.signal)
  return async () => {
    stopping.abort()
    await running
    await forgetting
  }
}

/** `tidy`: beside the links, which do not wait for it. */
type Leading = Deps & { tidy: () => void }

async function lead(deps: Leading, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await holdLock(deps, signal)
    } catch (err) {
      deps.log.warn({ err }, 'links to exchanges could not be held, tried again')
    }
    await pause(POLL_MS, signal)
  }
}

async function holdLock(deps: Leading, signal: AbortSignal): Promise<void> {
  const session = await deps.pool.connect()
  const links = new Map<string, Held>()
  let broken = false
  try {
    const row = await one<{ held: boolean }>(session, sql`select pg_try_advisory_lock(hashtext('telephony.links')) as held`)
    if (row?.held !== true) return
    await keep(deps, session, links, signal)
  } catch (error) {
    broken = true
    throw error
  } finally {
    await Promise.all([...links.values()].map(({ link }) => link.stop()))
    // The lock belongs to the session: ending it gives the lock back, whatever state it is in.
    if (!broken) await session.query("select pg_advisory_unlock(hashtext('telephony.links'))").catch(() => (broken = true))
    session.release(broken)
  }
}

/** Polls over the session that holds the lock: whoever loses the one cannot go on with the other. */
async function keep(deps: Leading, session: Tx, links: Map<string, Held>, signal: AbortSignal): Promise<void> {
  const secrets = pbxSecrets(deps.env)
  let prunedAt = 0
  while (!signal.aborted) {
    const wanted = new Map((await enabledPbxes(session)).map(({ id, revision }) => [id, revision]))
    for (const [id, held] of links) {
      if (wanted.get(id) === held.revision) continue
      links.delete(id)
      await held.link.stop()
    }
    for (const [id, revision] of wanted) {
      const settings = links.has(id) ? undefined : await settingsOf(session, secrets, id)
      if (settings !== undefined) links.set(id, { revision, link: await startLink(deps, settings) })
    }
    if (Date.now() - prunedAt > PRUNE_MS) {
      prunedAt = Date.now()
      deps.tidy()
    }
    await pause(POLL_MS, signal)
  }
}

/** On connections of its own: months of events take a while, and no link may wait for that or fall with it. */
async function forget({ pool, now }: Deps, ending: AbortSignal): Promise<void> {
  await pruneEvents(pool, now(), ending)
  await dropStaleLines(pool, new Date(now().getTime() - STALE_MS))
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {})
