import { createHash } from 'node:crypto'

/** An entry as it is linked: every column of its row but the hash. */
export type Link = {
  no: number
  id: string
  at: Date
  kind: string
  section: string
  action: string
  method: string
  recordId: string
  recordIds: string[] | null
  actorId: string | null
  username: string
  client: string
  sessionId: string | null
  address: string
  ground: object | null
  reason: string
  times: number
  fields: string[]
  beforeHash: string
  afterHash: string
  branchId: string | null
  ownerId: string | null
  detailDigest: Buffer | null
}

/** Begins every linked text: another way of writing is another version. */
const VERSION = 1

/** SHA-256 of the hash before and of the entry, written in one way only. */
export function hashOf(before: Buffer, link: Link): Buffer {
  const { ground } = link
  const text = JSON.stringify([
    VERSION, link.no, link.id, link.at.toISOString(), link.kind, link.section, link.action, link.method, link.recordId, link.recordIds, link.actorId,
    link.username, link.client, link.sessionId, link.address, ground && Object.entries(ground).sort(([a], [b]) => (a < b ? -1 : 1)), link.reason, link.times,
    link.fields, link.beforeHash, link.afterHash, link.branchId, link.ownerId, link.detailDigest?.toString('hex') ?? null,
  ])
  return createHash('sha256').update(before).update(text).digest()
}

/** What stands in the chain for a detail that can be emptied. */
export const digestOf = (salt: Buffer, content: string): Buffer => createHash('sha256').update(salt).update(content).digest()
