import { AppError } from '@vitrylo/errors'
import type { FastifyRequest } from 'fastify'
import { hashOf } from '../app-passwords/app-password-service.ts'
import { findAppPassword, touchAppPassword, type AppPasswordRow } from '../app-passwords/app-password-sql.ts'
import type { Identity } from '../http/types.ts'
import { fromOf } from '../sign-in/from.ts'
import { noteRefusal } from '../sign-in/journal-sql.ts'
import type { CardDeps } from './routes.ts'

const TOUCH_MS = 60_000
const TOKEN_MS = 60_000
const MAX_KNOWN = 2_000

// Only the token is kept: whether the password holds is asked every time, so that one that was taken back opens nothing more.
const tokens = new WeakMap<object, Map<string, { identity: Identity; until: number }>>()

/** Who asks, by the name at sign-in and an app password. */
export async function signIn(deps: CardDeps, request: FastifyRequest): Promise<Identity> {
  const given = credentialsOf(request.headers.authorization)
  if (given === undefined) throw refused()
  const row = await findAppPassword(deps.pool, hashOf(given.password))
  const employee = row && deps.rights.data().employees.get(row.employee_id)
  const username = employee?.username
  if (row === undefined || !username || employee.disabled || username.toLowerCase() !== given.username.toLowerCase()) return refuse(deps, request)
  const identity = await identityOf(deps, row, username)
  deps.limit(identity.key, deps.perMinute(identity.claims))
  if (row.used_at === null || row.used_at.getTime() < deps.now() - TOUCH_MS) {
    await touchAppPassword(deps.pool, row.id, fromOf(request), new Date(deps.now())).catch((err: unknown) => deps.log.warn({ err }, 'the use of an app password could not be noted'))
  }
  return identity
}

async function identityOf(deps: CardDeps, { id, subject }: AppPasswordRow, username: string): Promise<Identity> {
  let known = tokens.get(deps)
  if (known === undefined) tokens.set(deps, (known = new Map()))
  const key = JSON.stringify([id, username])
  const last = known.get(key)
  if (last !== undefined && last.until > deps.now()) return last.identity
  const until = deps.now() + TOKEN_MS
  const claims = { subject, username, groups: [], client: 'vitrylo-phone', sessionId: undefined, expiresAt: until }
  const identity = { token: await deps.tokens.tokenOf({ subject, username }), claims, key: `${subject} app password ${id}`, sessionId: undefined, publicSessionId: undefined }
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
  known.delete(key)
  known.set(key, { identity, until })
  return identity
}

/** Says the same whatever was wrong; who tries on and on is slowed down and does not fill the journal. */
async function refuse({ guesses, pool, now }: CardDeps, request: FastifyRequest): Promise<never> {
  guesses(request.ip)
  await noteRefusal(pool, { ...fromOf(request), at: new Date(now()), reason: 'APP_PASSWORD_REFUSED' })
  throw refused()
}

const refused = (): AppError => new AppError('UNAUTHENTICATED', 'SIGN_IN_REQUIRED', 'sign in with your name and an app password, which you make in your profile')

function credentialsOf(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,1000})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) }
}
