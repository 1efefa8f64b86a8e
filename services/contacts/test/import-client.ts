import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import { ImportServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/import_service.ts'
import { Import, type UploadImportRequest } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { until, type PersonName, type TestService } from '@vitrylo/testkit'

/** An import as a program would do it: made, uploaded in parts, run, waited for. */
export function importClient(service: Pick<TestService, 'address' | 'token'>) {
  const client = new Client(service.address, credentials.createInsecure())
  const metadata = async (as: string): Promise<Metadata> => {
    const headers = new Metadata()
    headers.set('authorization', `Bearer ${await service.token(as)}`)
    return headers
  }

  async function call<In, Out>({ path, requestSerialize, responseDeserialize }: MethodDefinition<In, Out>, request: In, as: PersonName): Promise<Out> {
    const headers = await metadata(as)
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, headers, (error, value) =>
        error === null ? resolve(value!) : reject(fromStatus(error)),
      )
    })
  }

  async function upload(id: string, bytes: Buffer, as: PersonName = 'admin', part = 64 * 1024): Promise<Import> {
    const headers = await metadata(as)
    return new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = rpc.uploadImport
      const stream = client.makeClientStreamRequest<UploadImportRequest, Import>(path, requestSerialize, responseDeserialize, headers, (error, value) =>
        error === null ? resolve(value!) : reject(fromStatus(error)),
      )
      stream.on('error', () => {})
      for (let at = 0; at === 0 || at < bytes.length; at += part) stream.write({ id: at === 0 ? id : '', data: bytes.subarray(at, at + part) })
      stream.end()
    })
  }

  async function errorFile(id: string, as: PersonName = 'admin'): Promise<string> {
    const { path, requestSerialize, responseDeserialize } = rpc.downloadImportErrors
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { id }, await metadata(as))
    const parts: Buffer[] = []
    for await (const { data } of stream) parts.push(data)
    return Buffer.concat(parts).toString()
  }

  const create = (given: Partial<Import>, as: PersonName = 'admin') =>
    call(rpc.createImport, { import: Import.fromPartial({ kind: 'counterparty', ...given }) }, as)

  const run = (id: string, dryRun = false, as: PersonName = 'admin') => call(rpc.runImport, { id, dryRun }, as)
  const get = (id: string, as: PersonName = 'admin') => call(rpc.getImport, { id }, as)

  async function finish(id: string, as: PersonName = 'admin'): Promise<Import> {
    return until(
      async () => {
        const now = await get(id, as)
        return ['IMPORT_STATE_RUNNING', 'IMPORT_STATE_UNDOING'].includes(now.state) ? undefined : now
      },
      { timeoutMs: 120_000, everyMs: 50 },
    )
  }

  async function load(given: Partial<Import>, bytes: Buffer, { as = 'admin' as PersonName, dryRun = false } = {}): Promise<Import> {
    const { id } = await create(given, as)
    await upload(id, bytes, as)
    await run(id, dryRun, as)
    return finish(id, as)
  }

  const errors = async (importId: string, as: PersonName = 'admin') =>
    (await call(rpc.listImportErrors, { importId, pageSize: 0, pageToken: '' }, as)).errors.map(
      ({ line, column, rule, value }) => `${line} ${column} ${rule} ${value}`,
    )

  const pause = (id: string, as: PersonName = 'admin') => call(rpc.pauseImport, { id }, as)
  const resume = (id: string, as: PersonName = 'admin') => call(rpc.resumeImport, { id }, as)
  const startUndo = (id: string, as: PersonName = 'admin') => call(rpc.undoImport, { id }, as)

  async function undo(id: string, as: PersonName = 'admin'): Promise<Import> {
    await startUndo(id, as)
    return finish(id, as)
  }

  const conflicts = async (importId: string, as: PersonName = 'admin') =>
    (await call(rpc.listImportConflicts, { importId, pageSize: 0, pageToken: '' }, as)).conflicts.map(({ displayName, field, rule }) => `${displayName} ${field} ${rule}`)

  return { create, upload, run, get, finish, load, errors, errorFile, pause, resume, startUndo, undo, conflicts, close: () => client.close() }
}
