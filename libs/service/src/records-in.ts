import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'

const TYPE = 'vitrylo/records'
const NAME = 'vitrylo/name'
const FILE = 'vitrylo/file'

/**
 * A part of a file, with how many records it adds: bytes say nothing of that, and the alarm on bulk reads must know.
 * `name`: what the file is to be called, in the first part; else it is called after its RPC.
 */
export const partOf = (contentType: string, data: Uint8Array, records: number, name?: string): HttpBody => ({
  contentType,
  data,
  extensions: [
    ...(records === 0 ? [] : [{ typeUrl: TYPE, value: Buffer.from(String(records)) }]),
    ...(name === undefined ? [] : [{ typeUrl: NAME, value: Buffer.from(name) }]),
  ],
} as HttpBody)

/** What the service calls the file, in its first part. */
export const nameIn = ({ extensions }: HttpBody): string | undefined => extensions.find(({ typeUrl }) => typeUrl === NAME)?.value.toString()

/** How many records a part adds; 0 where the service does not say. */
export function recordsIn({ extensions }: HttpBody): number {
  const told = extensions.find(({ typeUrl }) => typeUrl === TYPE)
  return told === undefined ? 0 : Number(Buffer.from(told.value).toString()) || 0
}

/** What is known of a file that somebody brought: its name, its bytes in all, and a tag that is another for other bytes. */
export type FileFacts = {
  name: string
  size: number
  etag: string
  /** Of a field that is marked: no browser may keep it. */
  isSensitive?: boolean
}

/** The first part of such a file, which counts as one record; the data are still to come. */
export const filePart = (contentType: string, facts: FileFacts): HttpBody => {
  const part = partOf(contentType, Buffer.alloc(0), 1)
  return { ...part, extensions: [...part.extensions, { typeUrl: FILE, value: Buffer.from(JSON.stringify(facts)) }] }
}

/** Facts of a file, in its first part; undefined for what a service makes itself. */
export function fileIn({ extensions }: HttpBody): FileFacts | undefined {
  const told = extensions.find(({ typeUrl }) => typeUrl === FILE)
  return told && (JSON.parse(Buffer.from(told.value).toString()) as FileFacts)
}
