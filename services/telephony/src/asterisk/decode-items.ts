import type { AdapterEvent } from '../call/events.ts'
import type { AmiItem } from './ami-types.ts'
import { decode } from './decode.ts'
import { decodeSnapshot } from './snapshot.ts'

/** What the client delivered, in the words of the call model and in the same order. */
export function decodeItems(pbxId: string, items: readonly AmiItem[]): AdapterEvent[] {
  return items.flatMap((item) => {
    if (item.kind === 'event') return decode(item.message, { pbxId, ...item })
    return item.kind === 'snapshot' ? decodeSnapshot(pbxId, item.snapshot, item.receivedAt) : []
  })
}
