import { AppError } from '@vitrylo/errors'
import { AwsClient } from 'aws4fetch'
import { lost, type FileStore } from './store.ts'

/** Least size of a part of a multipart upload, by the protocol: so much of one upload is in memory. */
const PART = 5 * 1024 * 1024
const TIMEOUT_MS = 60_000

export type S3Settings = {
  /** Address of the bucket: `https://s3.example.org/vitrylo`, or with the bucket in the host `https://vitrylo.s3.example.org`. */
  bucket: string
  /** Objects stand under it: `contacts`, or `files/contacts`. */
  folder: string
  region: string
  /** Both are read at every call, so that a changed key needs no restart. */
  keyId: () => string
  secret: () => string
}

/**
 * Files in a bucket of any store that speaks S3. An object is there as a whole or not at all: a small one comes with one
 * call, a large one in parts, of which an upload that died is found by its key and ended.
 */
export function s3Store({ bucket, folder, region, keyId, secret }: S3Settings): FileStore {
  const call = async (method: string, address: string, body?: Uint8Array): Promise<Response> => {
    const client = new AwsClient({ accessKeyId: keyId(), secretAccessKey: secret(), region, service: 's3', retries: 0 })
    const response = await patiently(method, async () => {
      // Until the answer begins: how long its body takes is up to who reads it.
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(new Error(`S3 gave no answer to ${method} in ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
      const init = { method, signal: late.signal, ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }) }
      return client.fetch(address, init).finally(() => clearTimeout(timer))
    }).catch((error: unknown) => Promise.reject(away(error)))
    if (response.ok || response.status === 404) return response
    await response.body?.cancel()
    if (response.status === 507) throw new AppError('UNAVAILABLE', 'FILE_STORE_FULL', 'there is no room for files; nothing of this one was kept. Try again when the administrator has made room')
    throw away(new Error(`S3 answered ${method} with ${response.status}`))
  }
  const found = async (response: Response): Promise<Response> => {
    if (response.status !== 404) return response
    await response.body?.cancel()
    throw nothing()
  }
  const textOf = async (response: Response): Promise<string> => (await found(response)).text()
  const pathOf = (key: string): string => `${folder}/${key}`
  const addressOf = (key: string): string => `${bucket}/${pathOf(key)}`

  const putParts = async (address: string, first: Uint8Array, rest: AsyncIterator<Uint8Array>): Promise<void> => {
    const uploadId = tag(await textOf(await call('POST', `${address}?uploads=`)), 'UploadId')
    const of = `uploadId=${encodeURIComponent(uploadId)}`
    try {
      const tags: string[] = []
      for (let part: Uint8Array | undefined = first; part !== undefined; part = (await rest.next()).value as Uint8Array | undefined) {
        const answer = await found(await call('PUT', `${address}?partNumber=${tags.length + 1}&${of}`, part))
        await answer.body?.cancel()
        tags.push(answer.headers.get('etag') ?? '')
      }
      const list = tags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`).join('')
      const body = Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`)
      // 200 with an error inside: the protocol answers before the parts are put together.
      const done = await textOf(await call('POST', `${address}?${of}`, body))
      if (done.includes('<Error>')) throw away(new Error('S3 could not put the parts together'))
    } catch (error) {
      await call('DELETE', `${address}?${of}`).then((response) => response.body?.cancel()).catch(() => {}) // else the sweep ends it
      throw error
    }
  }

  return {
    async put(key, bytes) {
      const parts = partsOf(bytes)
      const first = (await parts.next()).value ?? new Uint8Array()
      if (first.length === PART) return putParts(addressOf(key), first, parts)
      const answer = await found(await call('PUT', addressOf(key), first))
      await answer.body?.cancel()
    },
    async get(key) {
      const response = await call('GET', addressOf(key))
      // The bucket may be another, or gone: then every file would be told to be lost.
      if (response.status !== 404) return response.body! as unknown as AsyncIterable<Uint8Array>
      throw (await response.text()).includes('<Code>NoSuchKey</Code>') ? lost(key) : nothing()
    },
    async remove(key) {
      const deleted = await call('DELETE', addressOf(key))
      await deleted.body?.cancel()
      const uploads = await textOf(await call('GET', `${bucket}${bucket === new URL(bucket).origin ? '/' : ''}?uploads=&prefix=${encodeURIComponent(pathOf(key))}`))
      for (const [, uploadId = ''] of uploads.matchAll(/<UploadId>([^<]+)<\/UploadId>/g)) {
        await (await call('DELETE', `${addressOf(key)}?uploadId=${encodeURIComponent(unescaped(uploadId))}`)).body?.cancel()
      }
    },
  }
}

const TRIES = 3

/**
 * Stores answer 5xx and 429 under load, and lines break: tried again a little later, at most twice. A POST begins or ends an upload in
 * parts: what broke off may have been done, and done twice it would be another upload, or none to be found.
 */
async function patiently(method: string, once: () => Promise<Response>): Promise<Response> {
  for (let n = 1; ; n++) {
    const answer = await once().catch((error: unknown) => {
      if (n === TRIES || method === 'POST') throw error
    })
    if (answer !== undefined && (n === TRIES || (answer.status < 500 && answer.status !== 429) || answer.status === 507)) return answer
    await answer?.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** n))
  }
}

const tag = (xml: string, name: string): string => {
  const text = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]
  if (text === undefined) throw away(new Error(`S3 answered without ${name}`))
  return unescaped(text)
}

const unescaped = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const nothing = (): AppError => away(new Error('S3 answered 404: no such bucket or object'))

const away = (cause: unknown): AppError => new AppError('UNAVAILABLE', 'FILE_STORE_AWAY', 'the store of files does not answer; try again in a moment', {}, [], cause)

/** The same bytes in parts of one size, the last smaller; an empty stream has none. */
async function* partsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let waiting = Buffer.allocUnsafe(PART)
  let filled = 0
  for await (const given of bytes) {
    for (let at = 0; at < given.length; ) {
      const taken = Math.min(PART - filled, given.length - at)
      waiting.set(given.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled < PART) continue
      yield waiting
      waiting = Buffer.allocUnsafe(PART)
      filled = 0
    }
  }
  if (filled > 0) yield waiting.subarray(0, filled)
}
