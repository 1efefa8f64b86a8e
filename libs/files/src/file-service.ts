import { fileMaxOf, type Call, type Deps, type Sweep } from '@vitrylo/service'
import type { DownloadFileRequest, StoredFile, UploadFileRequest } from '@vitrylo/proto/vitrylo/files/v1/file.ts'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { giveFile, type Giving } from './download.ts'
import { filesHourlyOf, storeOf } from './settings.ts'
import { fileSweep } from './sweep.ts'
import { receiveFile } from './upload.ts'

export type FileHandlers = {
  upload: (parts: AsyncIterable<UploadFileRequest>, call: Call) => Promise<StoredFile>
  download: (request: DownloadFileRequest, call: Call) => AsyncIterable<HttpBody>
}

/** Handlers of the two RPCs that each kind of records with custom fields has. */
export function fileHandlers(deps: Deps, service: string, resource: string, record: Giving['record']): FileHandlers {
  const { pool, rights, env } = deps
  const store = storeOf(env, service)
  const receiving = { pool, rights, store, resource, maxBytes: fileMaxOf(env), hourlyBytes: filesHourlyOf(env) }
  return {
    upload: (parts, call) => receiveFile(receiving, parts, call),
    download: (request, call) => giveFile({ pool, rights, store, resource, record }, request, call),
  }
}

export const filesSweep = (deps: Deps, service: string): Sweep => fileSweep(deps, storeOf(deps.env, service))
