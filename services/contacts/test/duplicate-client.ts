import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { DuplicateServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import type { DuplicateSearch } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate.ts'
import { people, until, type TestIssuer } from '@vitrylo/testkit'
import { insertCounterparties } from '../src/counterparty/counterparty-sql.ts'

/** Searches as a program would start them, on a process of its own. */
export function duplicateClient(issuer: TestIssuer, address: string) {
  const client = new Client(address, credentials.createInsecure())
  async function call<In, Out>({ path, requestSerialize, responseDeserialize }: MethodDefinition<In, Out>, request: In): Promise<Out> {
    const headers = new Metadata()
    headers.set('authorization', `Bearer ${await issuer.token('admin')}`)
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, headers, (error, value) =>
        error === null ? resolve(value!) : reject(fromStatus(error)),
      )
    })
  }
  const get = (id: string): Promise<DuplicateSearch> => call(rpc.getDuplicateSearch, { id })
  return {
    get,
    start: () => call(rpc.createDuplicateSearch, {}),
    finish: (id: string) =>
      until(
        async () => {
          const now = await get(id)
          return now.state === 'DUPLICATE_SEARCH_STATE_RUNNING' ? undefined : now
        },
        { timeoutMs: 110_000, everyMs: 50 },
      ),
    close: () => client.close(),
  }
}

const ADMIN = { subject: 'admin', username: 'admin', client: '', employeeId: people.admin.id, branchId: undefined, groups: [], now: Date.now, reach: () => undefined, limits: () => undefined, ground: () => undefined, standing: () => '' }

/** Straight into the tables, as imports save them. */
export async function insertMany(tx: Tx, records: readonly Counterparty[]): Promise<void> {
  for (let at = 0; at < records.length; at += 500) await insertCounterparties(tx, records.slice(at, at + 500), ADMIN, new Date())
}
