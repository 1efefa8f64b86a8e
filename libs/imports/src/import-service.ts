import type { handleClientStreamingCall, handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js'
import { may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type * as proto from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { listConflicts, UNDO_DAYS } from './batch-sql.ts'
import { endAndTell } from './end-and-tell.ts'
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
  resumeRun,
  saveFile,
  saveSettings,
  startRun,
  startUndo,
  toImport,
  undoUntil,
  type ImportRecord,
} from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { wrongColumns, wrongFields } from './mapping.ts'
import { carryOn } from './jobs.ts'
import { rulesOf, wrongRules } from './rules.ts'
import { previewRows } from './preview.ts'
import { rememberMapping, suggest } from './suggest.ts'
import { readHead, storeUpload, type Head } from './upload.ts'

/** What every import service of the contract offers, under whatever name. */
export type ImportServer = {
  createImport: handleUnaryCall<proto.CreateImportRequest, proto.Import>
  getImport: handleUnaryCall<proto.GetImportRequest, proto.Import>
  listImports: handleUnaryCall<proto.ListImportsRequest, proto.ListImportsResponse>
  updateImport: handleUnaryCall<proto.UpdateImportRequest, proto.Import>
  uploadImport: handleClientStreamingCall<proto.UploadImportRequest, proto.Import>
  runImport: handleUnaryCall<proto.RunImportRequest, proto.Import>
  cancelImport: handleUnaryCall<proto.CancelImportRequest, proto.Import>
  previewImport: handleUnaryCall<proto.PreviewImportRequest, proto.PreviewImportResponse>
  pauseImport: handleUnaryCall<proto.PauseImportRequest, proto.Import>
  resumeImport: handleUnaryCall<proto.ResumeImportRequest, proto.Import>
  undoImport: handleUnaryCall<proto.UndoImportRequest, proto.Import>
  listImportConflicts: handleUnaryCall<proto.ListImportConflictsRequest, proto.ListImportConflictsResponse>
  listImportErrors: handleUnaryCall<proto.ListImportErrorsRequest, proto.ListImportErrorsResponse>
  downloadImportErrors: handleServerStreamingCall<proto.DownloadImportErrorsRequest, HttpBody>
}

const WRITABLE = ['fileName', 'encoding', 'delimiter', 'mapping', 'defaults', 'rules', 'shareMapping'] as const

/** The RPCs of an import service. The rights of the caller are those of the kind's section. */
export function importService({ pool, now, rights }: Deps, kinds: readonly ImportKind[]): Handlers<ImportServer> {
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
        const wrong = wrongSettings(given!, kindOf(given!.kind, caller))
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
        const wrong = wrongSettings(next, kindOf(row.kind, caller))
        if (wrong.length > 0) throw invalid(wrong)
        const head = await otherHead(tx, row, next)
        const columns = head?.columns ?? row.columns
        const { fileName: file_name, encoding, delimiter, mapping, defaults, rules = {}, shareMapping: share_mapping } = next
        const kind = kindOf(row.kind, caller)
        const suggestion = head === undefined ? row.suggestion : await suggest(tx, caller, kind, head)
        return answer(await saveSettings(tx, { ...row, file_name, encoding, delimiter, mapping, defaults, rules, share_mapping, columns, suggestion }, now))
      }),
    uploadImport: async (parts, { caller, transact }) => {
      const uploadId = newId()
      try {
        let row: ImportRecord | undefined
        const stored = await storeUpload(pool, parts, uploadId, async (id) => assertIdle((row = await getImport(pool, caller, id))))
        const head = await readHead(pool, { uploadId, format: stored.format, encoding: row!.encoding || stored.encoding, delimiter: row!.delimiter })
        return await transact(async (tx) => {
          const locked = await lockImport(tx, caller, stored.id)
          assertIdle(locked)
          const suggestion = await suggest(tx, caller, kindOf(locked.kind, caller), head)
          return answer(await saveFile(tx, stored.id, { uploadId, ...stored, ...head, suggestion }, now()))
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
        assertFollows(kind, caller, row)
        await rememberMapping(tx, caller, row, now)
        const started = await startRun(tx, caller, id, dryRun, now)
        await carryOn(tx, started)
        return answer(started)
      }),
    cancelImport: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        await endRun(tx, row, 'cancelled', '', now)
        return answer((await readImport(tx, id))!)
      }),
    previewImport: async ({ id }, { caller }) => {
      const row = await getImport(pool, caller, id)
      if (row.upload_id === null) throw new AppError('FAILED_PRECONDITION', 'FILE_MISSING', 'upload a file first', { id })
      return { rows: await previewRows({ pool, rights, now }, row, kindOf(row.kind, caller)) }
    },
    pauseImport: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        await endAndTell(tx, row, { state: 'paused', employeeId: caller.employeeId }, now)
        return answer((await readImport(tx, id))!)
      }),
    resumeImport: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        if (row.state === 'running') return answer(row)
        if (row.state !== 'paused') throw new AppError('FAILED_PRECONDITION', 'IMPORT_NOT_PAUSED', 'only a paused import can be resumed; run it', { id })
        kindOf(row.kind, caller)
        const resumed = await resumeRun(tx, id, now)
        await carryOn(tx, resumed)
        return answer(resumed)
      }),
    undoImport: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const row = await lockImport(tx, caller, id)
        if (row.state === 'undoing' || row.state === 'undone') return answer(row)
        assertNotRunning(row)
        assertUndoable(row, now)
        const started = await startUndo(tx, caller, id, now)
        await carryOn(tx, started)
        return answer(started)
      }),
    listImportConflicts: async ({ importId, ...request }, { caller }) => {
      const { id, kind } = await getImport(pool, caller, importId)
      return listConflicts(pool, caller, kindOf(kind, caller), id, request)
    },
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

/** Another encoding or delimiter names other columns; undefined where they stay. */
async function otherHead(tx: Tx, row: ImportRecord, { encoding, delimiter }: proto.Import): Promise<Head | undefined> {
  if (row.upload_id === null || (encoding === row.encoding && delimiter === row.delimiter)) return undefined
  return readHead(tx, { uploadId: row.upload_id, format: row.format, encoding: encoding || row.detected_encoding, delimiter: delimiter || row.detected_delimiter })
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '')

function assertMay(caller: Caller, { section }: ImportKind): void {
  if (may(caller, section, 'create')) return
  const metadata = { section, action: 'create' }
  throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `you need the right ${section}: create`, metadata)
}

function assertFollows(kind: ImportKind, caller: Caller, { rules }: ImportRecord): void {
  const refusal = kind.refusal?.(caller, rulesOf(ImportRules.fromJSON(rules)))
  if (refusal !== undefined) throw new AppError('PERMISSION_DENIED', 'KEYS_HIDDEN', refusal, { section: kind.section })
}

const wrongSettings = (given: proto.Import, kind: ImportKind) => [...wrongFields(given, kind), ...wrongRules(given.rules, kind)]

function assertNotRunning({ id, state }: ImportRecord): void {
  if (state !== 'running' && state !== 'undoing') return
  throw new AppError('FAILED_PRECONDITION', 'IMPORT_RUNNING', 'the import is running; wait for its end or cancel it', { id })
}

/** A paused one has rows before it that another mapping would not have made. */
function assertIdle(row: ImportRecord): void {
  assertNotRunning(row)
  if (row.state !== 'paused') return
  throw new AppError('FAILED_PRECONDITION', 'IMPORT_PAUSED', 'the import is paused; resume or cancel it', { id: row.id })
}

function assertUndoable({ id, saved_at: savedAt }: ImportRecord, now: Date): void {
  if (savedAt === null) throw new AppError('FAILED_PRECONDITION', 'NOTHING_TO_UNDO', 'the import added and changed nothing', { id })
  if (undoUntil(savedAt) >= now) return
  throw new AppError('FAILED_PRECONDITION', 'IMPORT_EXPIRED', `an import can be taken back for ${UNDO_DAYS} days`, { id })
}
