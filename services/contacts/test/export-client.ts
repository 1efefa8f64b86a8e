import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import { ExportCounterpartiesRequest, ExportServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import type { PersonName, TestService } from '@vitrylo/testkit'

/** Downloads a file as the gateway would. `onPart` is told of each part as it comes. */
export function exportClient(service: Pick<TestService, 'address' | 'token'>) {
  const client = new Client(service.address, credentials.createInsecure())
  async function download(request: Partial<ExportCounterpartiesRequest>, as: PersonName = 'admin', onPart: (bytes: number) => unknown = () => {}): Promise<Buffer> {
    const headers = new Metadata()
    headers.set('authorization', `Bearer ${await service.token(as)}`)
    const { path, requestSerialize, responseDeserialize } = rpc.exportCounterparties
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, ExportCounterpartiesRequest.fromPartial(request), headers)
    const parts: Buffer[] = []
    try {
      for await (const { data } of stream) {
        parts.push(data)
        await onPart(data.length)
      }
    } catch (error) {
      throw fromStatus(error as never)
    }
    return Buffer.concat(parts)
  }
  return { download, close: () => client.close() }
}
