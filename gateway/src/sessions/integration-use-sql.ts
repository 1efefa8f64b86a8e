import type { RightsData } from '@vitrylo/auth'
import { many, sql, type Pool } from '@vitrylo/pg'
import type { IntegrationUse } from '@vitrylo/proto/vitrylo/sessions/v1/session.ts'
import { clientName } from './client-name.ts'

/** Clients of all accounts, or of these. */
export const clientsOf = ({ integrations }: RightsData, accountIds: readonly string[] = []): string[] =>
  [...integrations.values()].filter(({ id }) => accountIds.length === 0 || accountIds.includes(id)).map(({ clientId }) => clientId)

/** The gateway notes the use of a token once in a minute, for the list of who is on-line: nothing is counted twice. */
export async function usesOf(pool: Pool, clients: readonly string[]): Promise<IntegrationUse[]> {
  const rows = await many<{ client: string; used_at: Date; address: string; agent: string }>(
    pool,
    sql`select distinct on (client) client, used_at, address, agent from token_use where client = any(${clients}::text[]) order by client, used_at desc`,
  )
  return rows.map(({ client, used_at: useTime, address, agent }) => ({ clientId: client, useTime, address, client: clientName(agent) }))
}
