import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { ExportTableRequest } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import { nameIn, recordsIn } from '@vitrylo/service'
import type { TestService } from './service.ts'
import type { PersonName } from './world.ts'

/** A list as a file, fetched as the gateway does it. `onPart` is told of each part as it comes. */
export function tableClient(service: Pick<TestService, 'address' | 'token'>, { path, requestSerialize, responseDeserialize }: MethodDefinition<ExportTableRequest, HttpBody>) {
  const client = new Client(service.address, credentials.createInsecure())
  return {
    async download(request: Partial<ExportTableRequest>, as: PersonName = 'admin', onPart: () => unknown = () => {}): Promise<{ bytes: Buffer; name: string | undefined; records: number }> {
      const headers = new Metadata()
      headers.set('authorization', `Bearer ${await service.token(as)}`)
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, ExportTableRequest.fromPartial(request), headers)
      const parts: HttpBody[] = []
      try {
        for await (const part of stream as AsyncIterable<HttpBody>) {
          parts.push(part)
          await onPart()
        }
      } catch (error) {
        throw fromStatus(error as never)
      }
      return { bytes: Buffer.concat(parts.map(({ data }) => data)), name: parts[0] && nameIn(parts[0]), records: parts.reduce((sum, part) => sum + recordsIn(part), 0) }
    },
    close: () => client.close(),
  }
}
