import type { handleClientStreamingCall, handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js'
import { may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type * as proto from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { applyMask, enqueue, newId, type Deps, type Handlers } from '@vitrylo/service'
import { errorFile } from './error-file.ts'
import { pageOfErrors, toImportError } from './error-sql.ts'
import { dropUpload } from './file-sql.ts'
import {
  endRun,
  getImport,
  insertImport,
  listImports,
  lockImport,
  readImport,
  saveFile,
  saveSettings,
  startRun,
  toImport,
  type ImportRecord,
} from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { wrongColumns, wrongFields } from './mapping.ts'
import { JOB } from './jobs.ts'
import { readHead, storeUpload } from './upload.ts'

/** What every import service of the contract offers, under whatever name. */
export type ImportServer = {
  createImport: handleUnaryCall<proto.CreateImportRequest, proto.Import>
  getImport: handleUnaryCall<proto.GetImportRequest, proto.Import>
  listImports: handleUnaryCall<proto.ListImportsRequest, proto.ListImportsResponse>
  updateImport: handleUnaryCall<proto.UpdateImportRequest, proto.Import>
  uploadImport: handleClientStreamingCall<proto.UploadImportRequest, proto.Import>
  runImport: handleUnaryCall<proto.RunImportRequest, proto.Import>
  cancelImport: handleUnaryCall<proto.CancelImportRequest, proto.Import>
  listImportErrors: handleUnaryCall<proto.ListImportErrorsRequest, proto.ListImportErrorsResponse>
  downloadImportErrors: handleServerStreamingCall<proto.DownloadImportErrorsRequest, HttpBody>
}

const WRITABLE = ['fileName', 'encoding', 'delimiter', 'mapping', 'defaults'] as const

/** The RPCs of an import service. The rights of the caller are those of the kind's section. */
export function importService({ pool, now }: Deps, kinds: readonly ImportKind[]): Handlers<ImportServer> {
  const answer = (row: ImportRecord): proto.Import => toImport(row, kinds)
  const kindOf = (name: string, caller: Caller): ImportKind => {
    const kind = kinds.find((one) => one.name === name)
    const names = kinds.map((one) => one.name).join(', ')
    if (kind === undefined) throw invalid([{ field: 'kind', rule: 'choice', description: `must be one of ${names}` }])
    assertMay(caller, kind)
    return kind
  }
  return {
    createImport: ({ import: given }, { caller, now, transact }) =>
      transact(async (tx) => {
        const wrong = wrongFields(given!, kindOf(given!.kind, caller))
        if (wrong.length > 0) throw invalid(wrong)
        return answer(await insertImport(tx, caller, { ...given!, id: newId() }, now))
      }),
    getImport: async ({ id }, { caller }) => answer(await getImport(pool, caller, id)),
    listImports: async (request, { caller }) => {
      const { rows, nextPageToken } = await listImports(pool, caller, kinds.map(({ name }) => name), request)
      return { imports: rows.map(answer), nextPageToken }
    },
    updateImport: ({ import: given, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, given!.id, given!.etag)
        assertIdle(row)
        const settings = { ...answer(row), encoding: row.encoding, delimiter: row.delimiter }
        // A map that stands in the answer of GET comes back as it is; only what differs counts.
        const mask = updateMask ?? (Object.keys(given!.defaults).length > 0 ? undefined : WRITABLE.filter((name) => isGiven(given![name])))
        const { next, changed } = applyMask(settings, given!, mask, WRITABLE)
        if (changed.length === 0) return answer(row)
        const wrong = wrongFields(next, kindOf(row.kind, caller))
        if (wrong.length > 0) throw invalid(wrong)
        const columns = await columnsOf(tx, row, next)
        const { fileName: file_name, encoding, delimiter, mapping, defaults } = next
        return answer(await saveSettings(tx, { ...row, file_name, encoding, delimiter, mapping, defaults, columns }, now))
      }),
    uploadImport: async (parts, { caller, transact }) => {
      const uploadId = newId()
      try {
        let row: ImportRecord | undefined
        const stored = await storeUpload(pool, parts, uploadId, async (id) => assertIdle((row = await getImport(pool, caller, id))))
        const head = await readHead(pool, uploadId, row!.encoding || stored.encoding, row!.delimiter)
        return await transact(async (tx) => {
          assertIdle(await lockImport(tx, caller, stored.id))
          return answer(await saveFile(tx, stored.id, { uploadId, ...stored, ...head }, now()))
        })
      } catch (error) {
        await dropUpload(pool, uploadId).catch(() => {}) // the first error is the one to tell
        throw error
      }
    },
    runImport: ({ id, dryRun }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        assertIdle(row)
        const kind = kindOf(row.kind, caller)
        if (row.upload_id === null) throw new AppError('FAILED_PRECONDITION', 'FILE_MISSING', 'upload a file first', { id })
        const wrong = wrongColumns(row, kind)
        if (wrong.length > 0) throw invalid(wrong)
        const started = await startRun(tx, caller, id, dryRun, now)
        await enqueue(tx, JOB, { id, run: started.run }, `import:${id}`)
        return answer(started)
      }),
    cancelImport: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        await endRun(tx, row, 'cancelled', '', now)
        return answer((await readImport(tx, id))!)
      }),
    listImportErrors: async ({ importId, ...request }, { caller }) => {
      const { id } = await getImport(pool, caller, importId)
      const { rows, nextPageToken } = await pageOfErrors(pool, id, request)
      return { errors: rows.map(toImportError), nextPageToken }
    },
    downloadImportErrors: async function* ({ id }, { caller }) {
      yield* errorFile(pool, await getImport(pool, caller, id))
    },
  }
}

/** Another encoding or delimiter names other columns. */
async function columnsOf(tx: Tx, row: ImportRecord, { encoding, delimiter }: proto.Import): Promise<string[]> {
  if (row.upload_id === null || (encoding === row.encoding && delimiter === row.delimiter)) return row.columns
  const head = await readHead(tx, row.upload_id, encoding || row.detected_encoding, delimiter || row.detected_delimiter)
  return head.columns
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== '')

function assertMay(caller: Caller, { section }: ImportKind): void {
  if (may(caller, section, 'create')) return
  const metadata = { section, action: 'create' }
  throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `you need the right ${section}: create`, metadata)
}

function assertIdle({ id, state }: ImportRecord): void {
  if (state !== 'running') return
  throw new AppError('FAILED_PRECONDITION', 'IMPORT_RUNNING', 'the import is running; wait for its end or cancel it', { id })
}
