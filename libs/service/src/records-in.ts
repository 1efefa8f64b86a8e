import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'

const TYPE = 'vitrylo/records'

/** A part of a file, with how many records it adds: bytes say nothing of that, and the alarm on bulk reads must know. */
export const partOf = (contentType: string, data: Uint8Array, records: number): HttpBody => ({
  contentType,
  data,
  extensions: records === 0 ? [] : [{ typeUrl: TYPE, value: Buffer.from(String(records)) }],
} as HttpBody)

/** How many records a part adds; 0 where the service does not say. */
export function recordsIn({ extensions }: HttpBody): number {
  const told = extensions.find(({ typeUrl }) => typeUrl === TYPE)
  return told === undefined ? 0 : Number(Buffer.from(told.value).toString()) || 0
}
