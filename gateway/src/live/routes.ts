import type { RightsStore } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Identity } from '../http/types.ts'
import type { CheckBearer } from '../sign-in/bearer.ts'
import type { Sessions } from '../sign-in/sessions.ts'
import { createConnection, resyncFrame, type Connection } from './connection.ts'
import type { FrameOf } from './frames.ts'
import type { Hub } from './hub.ts'

export type LiveDeps = {
  hub: Hub
  frameOf: FrameOf
  rights: RightsStore
  sessions: Sessions
  checkBearer: CheckBearer
  log: Logger
  now(): number
  streamsPerUser: number
}

// A second until our copy of the rights moves and two reviews: within the promised 5 s.
const RECHECK_MS = 1_500
const RETRY_MS = 2_000
// A service answers by its own copy of the rights, which may move a second after ours: by the second review all have.
const RESYNCS = 2

/** GET /api/v1/events: what happens now, to those who may see it. */
export function addLiveEvents(app: FastifyInstance, deps: LiveDeps): void {
  const open: Open = { places: new Map(), connections: new Set(), rightsMovedAt: 0, isEnding: false }
  const url = '/api/v1/events'
  app.get(url, { exposeHeadRoute: false, config: { access: 'signed-in' } }, (request, reply) => stream(deps, open, request, reply))
  deps.rights.onChange(() => (open.rightsMovedAt = deps.now()))
  // Before the server waits for its connections to end; a stream never ends by itself.
  app.addHook('preClose', async () => {
    open.isEnding = true
    for (const connection of open.connections) connection.close()
  })
}

type Open = { places: Map<string, number>; connections: Set<Connection>; rightsMovedAt: number; isEnding: boolean }

async function stream(deps: LiveDeps, open: Open, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const identity = request.identity!
  const { hub } = deps
  // A reader who left already closes nothing any more: what is made for it now would stay for good.
  if (reply.raw.destroyed) return void reply.hijack()
  // Before anything is waited for: of twenty that come at once each must see the ones before.
  const leavePlace = takePlace(open.places, identity.key, deps.streamsPerUser)
  reply.raw.once('close', leavePlace)
  const asked = positionOf(request.headers['last-event-id'])
  const goesOn = asked !== undefined && (await hub.canGoOnFrom(asked))
  if (reply.raw.destroyed) return void reply.hijack()
  const position = goesOn ? asked : hub.position()
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value!)
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const onClose = () => {
    hub.leave(connection)
    clearInterval(recheck)
    open.connections.delete(connection)
  }
  const caller = deps.rights.callerOf(identity.claims)
  const standing = caller.standing()
  // What its page read a moment ago may have been the answer of a service that had not heard of the change.
  const resyncs = deps.now() - open.rightsMovedAt < RECHECK_MS ? 1 : 0
  const connection = createConnection(reply.raw, { caller, standing, resyncs, position, frameOf: deps.frameOf, onClose })
  const recheck = setInterval(() => void review(deps, identity, connection), RECHECK_MS)
  open.connections.add(connection)
  // The position at once: a reader that loses the connection before its first event knows where to go on.
  connection.write(`retry: ${RETRY_MS}\nid: ${position}\n\n`)
  if (asked !== undefined && !goesOn) connection.write(resyncFrame(position))
  // A browser comes back within seconds, and the server may still take it: with a stream that goes on nothing would ever end.
  if (open.isEnding) return connection.close()
  await hub.join(connection).catch((err: unknown) => {
    deps.log.warn({ err, trace_id: request.trace.id }, 'a live stream could not catch up')
    connection.close()
  })
}

/** Gives the function that leaves the place again. */
function takePlace(places: Map<string, number>, key: string, most: number): () => void {
  const taken = places.get(key) ?? 0
  if (taken >= most) {
    throw new AppError('RESOURCE_EXHAUSTED', 'TOO_MANY_STREAMS', `at most ${most} live streams at once`, { retryAfter: '5' })
  }
  places.set(key, taken + 1)
  return () => {
    const left = places.get(key)! - 1
    if (left === 0) places.delete(key)
    else places.set(key, left)
  }
}

/** Ends the stream with its session or token; a changed right holds from the next event on. */
async function review({ rights, sessions, checkBearer, now }: LiveDeps, identity: Identity, connection: Connection): Promise<void> {
  try {
    const { token, sessionId } = identity
    const session = sessionId === undefined ? undefined : await sessions.find(sessionId)
    const current = sessionId === undefined ? await checkBearer(token) : session?.claims
    if (current === undefined || current.expiresAt <= now()) return connection.close()
    connection.caller = rights.callerOf(current)
    const standing = connection.caller.standing()
    // The event of the change is for those who may see rights; whom it concerns reads anew what is still open to them.
    if (standing !== connection.standing) connection.resyncs = RESYNCS
    connection.standing = standing
    if (connection.resyncs === 0) return
    connection.resyncs--
    connection.write(resyncFrame(connection.position))
  } catch {
    // Nobody can say whether the session still holds: nothing fails open.
    connection.close()
  }
}

/** NaN for a text that no stream of ours gave out: such a reader is told to read anew. */
function positionOf(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN
}
