import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '@vitrylo/service'
import { gauge, inSpan, observe } from '@vitrylo/telemetry'
import { createAmiClient } from '../asterisk/ami-client.ts'
import type { AmiItem } from '../asterisk/ami-types.ts'
import { decodeItems } from '../asterisk/decode-items.ts'
import type { PbxConfig } from '../call/model.ts'
import { createCallTracker, type Applied } from '../call/tracker.ts'
import { livingCalls } from '../journal/call-sql.ts'
import { importJournal } from '../journal/import-journal.ts'
import { recordCalls, type PbxPlace } from '../journal/record-calls.ts'
import { saveLink } from './link-sql.ts'
import type { PbxSettings } from './pbx-sql.ts'

const RECENT_MS = 60_000
const REPORT_MS = 15_000
const JOURNAL_MS = 1_000

const UP = gauge('vitrylo_pbx_link_up', 'Whether an exchange is connected; told by the process that holds its link')

export type Link = { stop(): Promise<void> }

/** Keeps one exchange connected and its calls recorded, from where the last process left them. */
export async function startLink(deps: Deps, pbx: PbxSettings): Promise<Link> {
  const { pool, log, now } = deps
  const config = configOf(pbx)
  const tracker = createCallTracker(config)
  tracker.restore(await livingCalls(pool, pbx.id, new Date(now().getTime() - RECENT_MS)))
  // A batch that could not be stored is handed over again, but a tracker takes its events only once.
  let unsaved: { items: AmiItem[]; applied: Applied } | undefined
  const onItems = async (items: AmiItem[]): Promise<void> => {
    if (unsaved?.items !== items) unsaved = { items, applied: tracker.apply(decodeItems(pbx.id, items)) }
    const { applied } = unsaved
    // Where the trace of a screen pop begins.
    await inSpan('pbx events', { kind: 'consumer', root: true }, () => recordCalls(deps, place(), applied))
    unsaved = undefined
  }
  const place = (): PbxPlace => ({ pbxId: pbx.id, branchId: pbx.branchId!, clockOffsetMs: client.stats().clockOffsetMs })
  const client = createAmiClient({
    ...addressOf(pbx),
    onItems,
    onError: (err) => log.warn({ err, pbx: pbx.id }, 'events of an exchange could not be stored, tried again'),
    onState: (state) => {
      log.info({ pbx: pbx.id, state: state.state, lastError: state.lastError }, 'link to an exchange')
      void report(true)
    },
  })
  let serverVersion = ''
  // Its user may lack the right to ask; everything else works without.
  const askVersion = async (): Promise<void> => {
    if (client.state().state !== 'up') return
    const answer = await client.action({ Action: 'CoreSettings' }).catch(() => undefined)
    serverVersion = answer?.get('AsteriskVersion') ?? ''
  }
  const tell = async (): Promise<void> => {
    const { events, clockOffsetMs } = client.stats()
    const { state, since, lastError } = client.state()
    const facts = { state, since: new Date(since), lastError, serverVersion, clockOffsetMs, events }
    await saveLink(pool, pbx.id, facts).catch((err) => log.warn({ err, pbx: pbx.id }, 'state of a link could not be stored'))
  }
  // One after the other, each of the state that is true by then: a write that was overtaken would hide the newer state.
  let told = Promise.resolve()
  const report = (changed: boolean): Promise<void> => (told = told.then(changed ? askVersion : undefined).then(tell))
  await report(false)
  const reporting = setInterval(() => void report(false), REPORT_MS)
  reporting.unref()
  const unobserve = observe([UP], () => [[UP, client.state().state === 'up' ? 1 : 0, { pbx: pbx.id }]])
  // Only while the link is up: what it has not told by then, it will not tell any more.
  const catchUp = async (): Promise<void> => {
    if (client.state().state !== 'up') return
    await importJournal(deps, place(), config).catch((err) => log.warn({ err, pbx: pbx.id }, 'the journal of an exchange could not be read, tried again'))
  }
  const catchingUp = every(JOURNAL_MS, catchUp)
  return {
    async stop() {
      clearInterval(reporting)
      unobserve()
      await catchingUp.stop()
      await client.close()
      await told
    },
  }
}

/** Again and again, never twice at once; `stop` waits for the one under way. */
function every(ms: number, work: () => Promise<void>): Link {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await work()
      await delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export const addressOf = ({ host, port, tls, tlsCertificate, username, secret }: PbxSettings) => ({
  host,
  port,
  tls: tls ? { ca: tlsCertificate || undefined } : undefined,
  username,
  secret,
})

const NONE = '(?!)'

function configOf(pbx: PbxSettings): PbxConfig {
  return {
    pbxId: pbx.id,
    trunks: pbx.trunks,
    extensions: new Map(pbx.extensions.map(({ extension, employeeId }) => [extension, employeeId])),
    extensionPattern: new RegExp(pbx.extensionPattern === '' ? NONE : pbx.extensionPattern),
    country: pbx.country,
  }
}
