import type { DescMessage, JsonObject } from '@bufbuild/protobuf'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'
import { limitableFields } from '@vitrylo/proto/records.ts'

/** How many records an answer gives. */
export type Count = (answer: JsonObject) => number

// Every page reads the names of colleagues.
const NOT_COUNTED = new Set(['employees'])

/** Of a method that reads records of a section: at whatever depth they stand, and what its lists give beside them. Undefined for all others. */
export function countOf({ records }: Contract): (method: Method) => Count | undefined {
  const counted = new Set([...limitableFields(records).keys()].filter((section) => !NOT_COUNTED.has(section)))

  function isRecord({ typeName }: DescMessage): boolean {
    const { section = '', sectionField = '' } = records.get(typeName) ?? {}
    return section !== '' || sectionField !== ''
  }

  /** Undefined where there can be none. */
  function within(message: DescMessage, above: readonly DescMessage[]): Count | undefined {
    if (isRecord(message)) return () => 1
    if (above.includes(message)) return undefined
    const counts = message.fields.flatMap(({ fieldKind, message: part, jsonName }): Count[] => {
      if (part === undefined || (fieldKind !== 'list' && fieldKind !== 'message')) return []
      const one = within(part, [...above, message])
      const isRow = fieldKind === 'list' && above.length === 0
      if (one === undefined && !isRow) return []
      return [(answer) => partsOf(answer[jsonName]).reduce((sum, each) => sum + Math.max(isRow ? 1 : 0, one?.(each) ?? 0), 0)]
    })
    return counts.length === 0 ? undefined : (answer) => counts.reduce((sum, count) => sum + count(answer), 0)
  }

  return ({ safe, section, stream, rpc }) => (safe && stream === 'unary' && counted.has(section) ? (within(rpc.output, []) ?? (() => 1)) : undefined)
}

const partsOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]) as JsonObject[]
