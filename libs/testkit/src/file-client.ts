import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { DownloadFileRequest, StoredFile, UploadFileRequest } from '@vitrylo/proto/vitrylo/files/v1/file.ts'
import type { TestService } from './service.ts'
import type { PersonName } from './world.ts'

type FileRpcs = { upload: MethodDefinition<UploadFileRequest, StoredFile>; download: MethodDefinition<DownloadFileRequest, HttpBody> }
type Given = Partial<Omit<UploadFileRequest, 'data'>> & { data: Buffer | AsyncIterable<Buffer>; as?: PersonName }

/** Files of one kind of records, brought and fetched as the gateway does it. */
export function fileClient(service: Pick<TestService, 'address' | 'token'>, rpcs: FileRpcs) {
  const client = new Client(service.address, credentials.createInsecure())
  const metadata = async (as: string): Promise<Metadata> => {
    const headers = new Metadata()
    headers.set('authorization', `Bearer ${await service.token(as)}`)
    return headers
  }
  return {
    async upload({ field = '', name = '', size = 0n, data, as = 'admin' }: Given): Promise<StoredFile> {
      const headers = await metadata(as)
      return new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = rpcs.upload
        let answered = false
        const stream = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, headers, (error, value) => {
          answered = true
          return error === null ? resolve(value!) : reject(fromStatus(error))
        })
        stream.on('error', () => {})
        const pour = async (): Promise<void> => {
          stream.write({ field, name, size, data: Buffer.alloc(0) })
          for await (const part of Buffer.isBuffer(data) ? partsOf(data) : data) {
            if (answered) return
            stream.write({ field: '', name: '', size: 0n, data: part })
          }
          stream.end()
        }
        pour().catch(() => stream.cancel())
      })
    },
    async download(recordId: string, fileId: string, as: PersonName = 'admin', known = ''): Promise<{ bytes: Buffer; parts: HttpBody[] }> {
      const { path, requestSerialize, responseDeserialize } = rpcs.download
      const parts: HttpBody[] = []
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { recordId, fileId, known }, await metadata(as))
      try {
        for await (const part of stream as AsyncIterable<HttpBody>) parts.push(part)
      } catch (error) {
        throw fromStatus(error as never)
      }
      return { bytes: Buffer.concat(parts.map(({ data }) => data)), parts }
    },
    close: () => client.close(),
  }
}

function* partsOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
