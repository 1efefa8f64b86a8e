import { fromBinary, fromJson, toBinary, toJson, type JsonObject } from '@bufbuild/protobuf'
import type { ServiceError } from '@grpc/grpc-js'
import { AppError, fromStatus } from '@vitrylo/errors'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { FastifyRequest } from 'fastify'
import { metadataOf } from '../rest/metadata.ts'
import { send } from '../rest/send.ts'
import type { RestDeps } from '../rest/unary.ts'

export type Employee = {
  id: string
  etag: string
  createTime: string
  updateTime: string
  displayName: string
  position: string
  email?: string
  branchId: string
  departmentId?: string
  username?: string
  groups: string[]
  disabled: boolean
  externalId: string
}
export type Group = { id: string; etag: string; createTime: string; updateTime: string; name: string; title: string; employeeId?: string }
export type Place = { id: string; name: string; code?: string; branchId?: string }

/** The directory, asked with the token of who asks us: its rights decide. */
export type Directory = {
  call<T>(rpc: string, request: object): Promise<T>
  /** Every page of a list. */
  all<T>(rpc: string, field: string, filter?: string): Promise<T[]>
}

// Who has more employees narrows the question; no answer of this size is of use to anybody.
const MOST = 20_000

export function directoryOf({ contract, rest }: { contract: Contract; rest: RestDeps }, request: FastifyRequest): Directory {
  const { registry, channels, deadlineMs } = rest
  const metadata = metadataOf(request)
  const call = async <T>(name: string, given: object): Promise<T> => {
    const method = contract.methods.find(({ rpc }) => rpc.name === name && rpc.parent.typeName.startsWith('vitrylo.directory.'))!
    const { input, output } = method.rpc
    const bytes = toBinary(input, fromJson(input, given as JsonObject, { registry }))
    const answer = await send(channels.of(method, false), { path: method.grpcPath, bytes, metadata, deadline: Date.now() + deadlineMs, repeatable: method.safe }).catch(
      (error: ServiceError) => {
        throw fromStatus(error)
      },
    )
    return toJson(output, fromBinary(output, answer), { registry, alwaysEmitImplicit: true }) as T
  }
  return {
    call,
    async all<T>(rpc: string, field: string, filter = '') {
      const found: T[] = []
      for (let pageToken = ''; ; ) {
        const page = await call<Record<string, unknown>>(rpc, { pageSize: 250, pageToken, filter })
        found.push(...(page[field] as T[]))
        if (found.length > MOST) throw new AppError('INVALID_ARGUMENT', 'TOO_MANY', 'more than can be answered; narrow the filter')
        pageToken = page.nextPageToken as string
        if (pageToken === '') return found
      }
    },
  }
}

/** A text in a filter of ours. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
