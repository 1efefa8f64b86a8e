import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { credentials, Server, ServerCredentials, type ServiceError, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { createPool, one, sql } from '@vitrylo/pg'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import {
  CounterpartyServiceClient,
  CounterpartyServiceService as Rpc,
  type CreateCounterpartyRequest,
} from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import Fastify from 'fastify'

/**
 * The floor: what the same road costs with nothing on it. Fastify -> gRPC -> PostgreSQL, one statement, the messages,
 * the driver and the pool of the product, in one process as there; no rights, no validation, no audit, no events, no log.
 */
const pool = createPool({ url: process.argv[2]!, name: 'floor' })
type Row = { data: object }

const server = new Server()
const { createCounterparty, getCounterparty } = Rpc
server.addService({ createCounterparty, getCounterparty } as object as typeof Rpc, {
  createCounterparty({ request }: { request: CreateCounterpartyRequest }, done: (error: null, value: Counterparty) => void) {
    const { displayName, taxCode } = request.counterparty!
    const data = JSON.stringify(Counterparty.toJSON(request.counterparty!))
    const insert = sql`insert into floor (id, display_name, tax_code, data) values (${randomUUID()}, ${displayName}, ${taxCode}, ${data})
      returning id, data`
    one<Row>(pool, insert).then((row) => done(null, Counterparty.fromJSON(row!.data)), fail)
  },
  getCounterparty({ request }: { request: { id: string } }, done: (error: null, value: Counterparty) => void) {
    const select = sql`select id, data from floor where id = ${request.id}`
    one<Row>(pool, select).then((row) => done(null, Counterparty.fromJSON(row!.data)), fail)
  },
} as object as UntypedServiceImplementation)

function fail(error: unknown): never {
  console.error(error)
  process.exit(1)
}

const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)))
})
const client = new CounterpartyServiceClient(`127.0.0.1:${port}`, credentials.createInsecure())
const answer = (call: (done: (error: ServiceError | null, value: Counterparty) => void) => void): Promise<unknown> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(Counterparty.toJSON(value)))))

const app = Fastify()
app.post('/floor', ({ body }) => answer((done) => client.createCounterparty({ counterparty: Counterparty.fromJSON(body) }, done)))
app.get<{ Params: { id: string } }>('/floor/:id', ({ params }) => answer((done) => client.getCounterparty(params, done)))
await app.listen({ host: '127.0.0.1', port: 0 })
const address = app.server.address() as { port: number }
process.send?.({ origin: `http://127.0.0.1:${address.port}` })
await once(process, 'disconnect')
process.exit(0)
