import type { MethodDefinition, ServiceError } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import type { FastifyRequest } from 'fastify'
import { metadataOf } from '../rest/metadata.ts'
import { send } from '../rest/send.ts'
import type { CardDeps } from './routes.ts'

/** Calls a service in the name of who asks. */
export async function call<In, Out>({ contract, channels, deadlineMs }: CardDeps, http: FastifyRequest, rpc: MethodDefinition<In, Out>, request: In): Promise<Out> {
  const method = contract.methods.find(({ grpcPath }) => grpcPath === rpc.path)!
  const sending = { path: rpc.path, bytes: rpc.requestSerialize(request), metadata: metadataOf(http), deadline: Date.now() + deadlineMs, repeatable: method.safe }
  return rpc.responseDeserialize(await send(channels.of(method, false), sending).catch(explain))
}

function explain(error: unknown): never {
  throw fromStatus(error as ServiceError)
}
