import type { JsonObject } from '@bufbuild/protobuf'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'
import { limitableFields } from '@vitrylo/proto/records.ts'

/** How many records an answer gives. */
export type Count = (answer: JsonObject) => number

// Every page reads the names of colleagues.
const NOT_COUNTED = new Set(['employees'])

/** Of a method that reads records of a section: its lists, or the one. Undefined for all others. */
export function countOf({ records }: Contract): (method: Method) => Count | undefined {
  const counted = new Set([...limitableFields(records).keys()].filter((section) => !NOT_COUNTED.has(section)))
  return ({ safe, section, stream, rpc }) => {
    if (!safe || stream !== 'unary' || !counted.has(section)) return undefined
    const lists = rpc.output.fields.filter(({ fieldKind, message }) => fieldKind === 'list' && message !== undefined).map(({ jsonName }) => jsonName)
    if (lists.length === 0 || rpc.output.field.id !== undefined) return () => 1
    return (answer) => lists.reduce((sum, name) => sum + ((answer[name] as unknown[] | undefined)?.length ?? 0), 0)
  }
}
