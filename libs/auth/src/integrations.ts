import { AppError } from '@vitrylo/errors'
import { on, type Handler } from '@vitrylo/events'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import { IntegrationAccountChangedEvent } from '@vitrylo/proto/events.ts'
import type { IntegrationAccount } from '@vitrylo/proto/vitrylo/directory/v1/integration_account.ts'

/** An integration account as it is stored in the copy of the rights. */
export type IntegrationFacts = {
  id: string
  name: string
  ownerId: string
  groups: string[]
  scopes: string[]
  requestsPerMinute: number
  /** ISO; absent: it does not end by itself. */
  until?: string
  keys: { clientId: string; until?: string }[]
}

/** What a token of one of its keys gives. */
export type Integration = Omit<IntegrationFacts, 'until' | 'keys'> & {
  clientId: string
  /** From when on it gives nothing: the first of the ends of the key and of the account. */
  until: number
  allows(section: string, action: string): boolean
}

/** What SCIM needs of the directory; the account's groups must give it. */
const SCIM: Readonly<Record<string, readonly string[]>> = {
  employees: ['view', 'create', 'change'],
  rights: ['view', 'create', 'change', 'delete', 'manage'],
}

// Issuers name the user of a client so.
const PREFIX = 'service-account-'

/** `clientId` -> what its tokens give; keys that have ended are among them, so that they give nothing. */
export function integrationsOf(accounts: readonly IntegrationFacts[]): Map<string, Integration> {
  const end = (text: string | undefined): number => (text === undefined ? Infinity : Date.parse(text))
  return new Map(
    accounts.flatMap(({ keys, until, ...account }) => {
      const allows = scopesOf(account.scopes)
      return keys.map((key) => [key.clientId.toLowerCase(), { ...account, clientId: key.clientId, until: Math.min(end(until), end(key.until)), allows }] as const)
    }),
  )
}

/** The account behind a name at sign-in; undefined for people, and for machines that have their groups from their token. */
export const integrationOf = (integrations: ReadonlyMap<string, Integration>, username: string): Integration | undefined =>
  integrations.size > 0 && username.startsWith(PREFIX) ? integrations.get(username.slice(PREFIX.length).toLowerCase()) : undefined

/** `counterparties:view`, `requests:*`, `*:view`, `*`, `scim` -> whether they name a right. None name nothing. */
function scopesOf(scopes: readonly string[]): Integration['allows'] {
  const named = new Set(scopes)
  return (section, action) =>
    named.has('*') || named.has('*:*') || named.has(`${section}:${action}`) || named.has(`${section}:*`) || named.has(`*:${action}`) ||
    (named.has('scim') && (SCIM[section] ?? []).includes(action))
}

/** Refuses an account that has ended, and the keys that were given up. A right is refused anyway: this says why. */
export function assertInForce({ integration, now }: { integration?: Integration | undefined; now(): number }): void {
  if (integration === undefined || now() < integration.until) return
  throw new AppError('UNAUTHENTICATED', 'TOKEN_ENDED', 'the integration account or its key was revoked or has expired; get a new key')
}

/** A revoked account stays in the copy: a token of it that is still good must not fall back on the groups of its claim. */
const factsOf = ({ id, name, ownerId, groups, scopes, requestsPerMinute, expireTime, revokeTime, keys }: IntegrationAccount): IntegrationFacts => {
  const until = [expireTime, revokeTime].flatMap((time) => (time === undefined ? [] : [time.toISOString()])).sort()[0]
  return { id, name, ownerId, groups, scopes, requestsPerMinute, until, keys: keys.map((key) => ({ clientId: key.clientId, until: key.expireTime?.toISOString() })) }
}

export const integrationHandlers: Handler[] = [
  on(IntegrationAccountChangedEvent, async (tx, { integrationAccount }, { revision }) => {
    const facts = factsOf(integrationAccount!)
    await exec(
      tx,
      sql`insert into rights_integration (id, facts, revision) values (${facts.id}, ${JSON.stringify(facts)}, ${revision})
          on conflict (id) do update set facts = excluded.facts, revision = excluded.revision where rights_integration.revision < excluded.revision`,
    )
    await exec(tx, sql`update rights_version set version = version + 1`)
  }),
]

export async function loadIntegrations(pool: Pool): Promise<IntegrationFacts[]> {
  return (await many<{ facts: IntegrationFacts }>(pool, sql`select facts from rights_integration`)).map(({ facts }) => facts)
}
