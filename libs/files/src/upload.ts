import { createHash } from 'node:crypto'
import { may, isAmong, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import { one, sql, type Pool } from '@vitrylo/pg'
import type { StoredFile, UploadFileRequest } from '@vitrylo/proto/vitrylo/files/v1/file.ts'
import { newId, type Call, type Deps } from '@vitrylo/service'
import { HEAD, judgeContent } from './content-kind.ts'
import { cleanName } from './file-name.ts'
import { deleteRow, HOURLY_FILES, insertComing, saveCome } from './file-sql.ts'
import type { FileStore } from './store.ts'

export type Receiving = Pick<Deps, 'pool' | 'rights'> & { store: FileStore; maxBytes: number; hourlyBytes: number; resource: string }

type Head = { field: string; name: string; size: number }

/** Each upload holds a part of a file in memory, with an S3 store 10 MiB. */
const AT_ONCE = 10
const AT_ONCE_OF_ONE = 3
const coming = new Map<string, number>()

/** Runs one of the uploads that this process takes at once. */
async function inTurn<T>(subject: string, work: () => Promise<T>): Promise<T> {
  const own = coming.get(subject) ?? 0
  const all = [...coming.values()].reduce((sum, each) => sum + each, 0)
  if (own >= AT_ONCE_OF_ONE || all >= AT_ONCE) throw new AppError('RESOURCE_EXHAUSTED', 'UPLOADS_AT_ONCE', 'too many files are being brought at once; try again in a moment', { retryAfter: '2' })
  coming.set(subject, own + 1)
  try {
    return await work()
  } finally {
    if (coming.get(subject) === 1) coming.delete(subject)
    else coming.set(subject, coming.get(subject)! - 1)
  }
}

/** Takes a file in: the row, the bytes, then the row again. Wherever a process dies between them, the sweep finds the row. */
export async function receiveFile(receiving: Receiving, parts: AsyncIterable<UploadFileRequest>, { caller, now, signal, transact }: Call): Promise<StoredFile> {
  const { pool, store, maxBytes, resource } = receiving
  const iterator = parts[Symbol.asyncIterator]()
  const first = (await iterator.next()).value as UploadFileRequest | undefined
  const head: Head = { field: first?.field ?? '', name: cleanName(first?.name ?? ''), size: Number(first?.size ?? 0) }
  await judgeHead(receiving, caller, head, first?.name ?? '')
  const id = newId()
  const forget = (): Promise<unknown> => store.remove(id).then(() => deleteRow(pool, id)).catch(() => {})
  try {
    assertQuota(receiving, await insertComing(pool, caller, { id, resource, ...head, size: head.size || maxBytes }, now))
    const content = contentOf(first!.data, { [Symbol.asyncIterator]: () => iterator }, { name: head.name, maxBytes })
    await inTurn(caller.subject, () => store.put(id, content.bytes))
    const found = content.found()
    // A stream that was cut off ends as a whole one does.
    signal.throwIfAborted()
    if (head.size > 0 && found.size !== head.size) throw new AppError('ABORTED', 'UPLOAD_CUT', `of ${head.size} bytes ${found.size} came; send the file again`, {})
    const file = await transact(async (tx) => {
      if (!(await saveCome(tx, id, found))) throw new AppError('ABORTED', 'UPLOAD_TOO_SLOW', 'the upload took longer than a day; try again', {})
      return { id, name: head.name, size: BigInt(found.size), type: found.type, time: now }
    })
    if (file.id !== id) await assertSame(pool, file, { field: head.field, name: head.name, sha256: found.sha256 })
    if (file.id !== id) await forget()
    return file
  } catch (error) {
    // The first error is the one to tell; what is left here the sweep takes.
    await forget()
    throw error
  }
}

/** The answer was given before under the same Idempotency-Key, which is known by the bytes only after they came. */
async function assertSame(pool: Pool, { id }: StoredFile, { field, name, sha256 }: { field: string; name: string; sha256: string }): Promise<void> {
  const same = await one(pool, sql`select id from stored_file where id = ${id} and field = ${field} and name = ${name} and sha256 = ${sha256}`)
  if (same === undefined) throw new AppError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for another file; take a new one for each', {})
}

async function judgeHead({ rights, resource, maxBytes }: Receiving, caller: Caller, { field, size }: Head, givenName: string): Promise<void> {
  if (givenName.trim() === '') throw invalid([{ field: 'name', rule: 'required', description: 'must be given: the name of the file, as in ?name=contract.pdf' }])
  const find = () => rights.data().customFields.get(resource)?.find((each) => each.name === field && each.kind === 'file' && !each.archived)
  // It may have been set up a moment ago.
  if (find() === undefined) await rights.refresh()
  const hidden = caller.limits()?.hidden.get(resource)
  if (find() === undefined || isAmong(hidden, `custom.${field}`)) {
    throw invalid([{ field: 'field', rule: 'choice', description: `must name a custom field of ${resource} of the kind file` }])
  }
  const allowed = ['create', 'change'].some((action) => may(caller, resource, action) && !isAmong(caller.limits()?.kept(resource, action), `custom.${field}`))
  if (!allowed) throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `you need the right ${resource}: change, and to write the field`, { section: resource, action: 'change' })
  if (size > maxBytes) throw tooLarge(maxBytes)
}

function assertQuota({ hourlyBytes }: Receiving, { files, bytes }: { files: number; bytes: number }): void {
  if (files <= HOURLY_FILES && bytes <= hourlyBytes) return
  const most = files > HOURLY_FILES ? `${HOURLY_FILES} files` : sizeText(hourlyBytes)
  throw new AppError('RESOURCE_EXHAUSTED', 'FILES_TOO_MANY', `one person brings ${most} within an hour at most; try again later`, { retryAfter: '600', most })
}

/** 413 by the gateway. */
export const tooLarge = (maxBytes: number): AppError =>
  new AppError('INVALID_ARGUMENT', 'BODY_TOO_LARGE', `a file may have ${sizeText(maxBytes)} at most`, { most: sizeText(maxBytes) })

const sizeText = (bytes: number): string => (bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MiB` : `${bytes} bytes`)

type Found = { size: number; sha256: string; type: string }

/** The bytes as they pass by: counted, and judged as soon as enough of them are here. */
function contentOf(first: Uint8Array, rest: AsyncIterable<UploadFileRequest>, { name, maxBytes }: { name: string; maxBytes: number }): { bytes: AsyncIterable<Uint8Array>; found: () => Found } {
  const hash = createHash('sha256')
  let [size, type] = [0, '']
  const judge = async (head: Uint8Array): Promise<void> => {
    const judged = await judgeContent(name, head)
    if ('wrong' in judged) throw invalid([{ field: 'name', rule: judged.rule, description: judged.wrong }])
    type = judged.type
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let waiting: Buffer | undefined = Buffer.alloc(0)
    for await (const data of dataOf(first, rest)) {
      size += data.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      hash.update(data)
      if (waiting === undefined) {
        yield data
        continue
      }
      waiting = Buffer.concat([waiting, data])
      if (waiting.length < HEAD) continue
      await judge(waiting)
      yield waiting
      waiting = undefined
    }
    if (size === 0) throw invalid([{ field: 'data', rule: 'required', description: 'the file is empty' }])
    if (waiting === undefined) return
    await judge(waiting)
    yield waiting
  }
  return { bytes: bytes(), found: () => ({ size, type, sha256: hash.digest('hex') }) }
}

async function* dataOf(first: Uint8Array, rest: AsyncIterable<UploadFileRequest>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for await (const { data } of rest) if (data.length > 0) yield data
}
