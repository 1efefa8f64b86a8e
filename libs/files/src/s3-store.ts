import { AppError } from '@vitrylo/errors'
import { AwsClient } from 'aws4fetch'
import type { FileStore } from './store.ts'

/** Least size of a part of a multipart upload, by the protocol: so much of one upload is in memory. */
const PART = 5 * 1024 * 1024
const TIMEOUT_MS = 60_000

export type S3Settings = {
  /** Address of the bucket with the folder in it: `https://s3.example.org/vitrylo/contacts`. */
  url: string
  region: string
  /** Both are read at every call, so that a changed key needs no restart. */
  keyId: () => string
  secret: () => string
}

/**
 * Files in a bucket of any store that speaks S3. An object is there as a whole or not at all: a small one comes with one
 * call, a large one in parts, of which an upload that died is found by its key and ended.
 */
export function s3Store({ url, region, keyId, secret }: S3Settings): FileStore {
  const call = async (method: string, address: string, body?: Uint8Array): Promise<Response> => {
    // Two tries more: each is repeatable, and stores answer 503 under load.
    const client = new AwsClient({ accessKeyId: keyId(), secretAccessKey: secret(), region, service: 's3', retries: 2 })
    const init = { method, signal: AbortSignal.timeout(TIMEOUT_MS), ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }) }
    const response = await client.fetch(address, init).catch((error: unknown) => Promise.reject(away(error)))
    if (response.ok || response.status === 404) return response
    await response.body?.cancel()
    if (response.status === 507) throw new AppError('UNAVAILABLE', 'FILE_STORE_FULL', 'there is no room for files; nothing of this one was kept. Try again when the administrator has made room')
    throw away(new Error(`S3 answered ${method} with ${response.status}`))
  }
  const found = async (response: Response): Promise<Response> => {
    if (response.status !== 404) return response
    await response.body?.cancel()
    throw away(new Error('S3 answered 404: no such bucket or object'))
  }
  const textOf = async (response: Response): Promise<string> => (await found(response)).text()
  const addressOf = (key: string): string => `${url}/${key}`

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
      const { body } = await found(await call('GET', addressOf(key)))
      return body! as unknown as AsyncIterable<Uint8Array>
    },
    async remove(key) {
      const deleted = await call('DELETE', addressOf(key))
      await deleted.body?.cancel()
      const { origin, pathname } = new URL(addressOf(key))
      const [, bucket = '', ...path] = pathname.split('/')
      // Of stores that name the bucket in the host the whole path is the prefix; asking the other way finds nothing.
      const uploads = await textOf(await call('GET', `${origin}/${bucket}?uploads=&prefix=${encodeURIComponent(path.join('/'))}`))
      for (const [, uploadId = ''] of uploads.matchAll(/<UploadId>([^<]+)<\/UploadId>/g)) {
        await (await call('DELETE', `${addressOf(key)}?uploadId=${encodeURIComponent(unescaped(uploadId))}`)).body?.cancel()
      }
    },
  }
}

const tag = (xml: string, name: string): string => {
  const text = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]
  if (text === undefined) throw away(new Error(`S3 answered without ${name}`))
  return unescaped(text)
}

const unescaped = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

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
