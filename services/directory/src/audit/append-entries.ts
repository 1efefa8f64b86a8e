import { randomBytes } from 'node:crypto'
import { exec, isUuid, one, sql, type Tx } from '@vitrylo/pg'
import { AuditKind, type AuditChange, type AuditFact } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { digestOf, hashOf, type Link } from './chain.ts'
import type { SignedEnd, Signer } from './signer.ts'

/** What may be personal of an entry. */
export type Detail = { changes?: AuditChange[]; detail?: string }

export type NewEntry = { id: string; at: Date; fact: AuditFact }

type Head = { no: number; hash: Buffer; signed: boolean; signed_key: string; signature: Buffer | null; known: string[] }
type Linked = Link & { salt: Buffer | null; content: string | null; hash: Buffer }

/**
 * Links facts to the end of the chain. Whoever holds its last row is the only one who does; a fact that is there already is
 * left out. Gives the place of the last entry. Only what follows a good signature is signed: a chain that was written anew is not. The
 * first entry of all is, unless the settings name an end that was there already.
 */
export async function appendEntries(tx: Tx, entries: readonly NewEntry[], signer?: Signer): Promise<number> {
  const head = await one<Head>(
    tx,
    sql`select h.no, h.hash, h.signed_no = h.no and h.signed_hash = h.hash as signed, h.signed_key, h.signature, array(select e.id from audit_entry e where e.id = any(${entries.map(({ id }) => id)}::uuid[])) as known
        from audit_head h for update of h`,
  )
  const { no, hash, known } = head!
  const seen = new Set(known)
  const linked: Linked[] = []
  let last = { no, hash }
  for (const entry of entries) {
    if (seen.has(entry.id)) continue
    seen.add(entry.id)
    const next = linkOf(entry, last)
    linked.push(next)
    last = next
  }
  if (linked.length > 0) await insert(tx, linked, signer !== undefined && isOurs(signer, head!) ? signer.sign(last.no, last.hash) : undefined)
  return last.no
}

const isOurs = (signer: Signer, { no, hash, signed, signed_key: keyId, signature }: Head): boolean =>
  no >= (signer.kept?.no ?? 0) && (no === 0 || (signed && signature !== null && signer.verifies({ no, hash, keyId, signature })))

const uuid = (text: string): string | null => (isUuid(text) ? text.toLowerCase() : null)

function linkOf({ id, at, fact }: NewEntry, before: { no: number; hash: Buffer }): Linked {
  const detail: Detail = { ...(fact.changes.length > 0 && { changes: fact.changes }), ...(fact.detail !== '' && { detail: fact.detail }) }
  const salt = Object.keys(detail).length > 0 ? randomBytes(16) : null
  const content = salt && JSON.stringify(detail)
  const link: Link = {
    no: before.no + 1, id, at, kind: wordOf(AuditKind, fact.kind), section: fact.section, action: fact.action, method: fact.method, recordId: fact.recordId,
    recordIds: fact.recordIds.length > 0 ? fact.recordIds : null, actorId: uuid(fact.actorId), username: fact.username, client: fact.client,
    sessionId: uuid(fact.sessionId), address: fact.address, ground: fact.ground === undefined ? null : { ...fact.ground }, reason: fact.reason, times: fact.count,
    fields: fact.fields, beforeHash: fact.beforeHash, afterHash: fact.afterHash, branchId: uuid(fact.branchId), ownerId: uuid(fact.ownerId),
    detailDigest: salt && digestOf(salt, content!),
  }
  return { ...link, salt, content, hash: hashOf(before.hash, link) }
}

/** One trip: entries, what may be personal of them, and the new end of the chain. */
async function insert(tx: Tx, linked: readonly Linked[], end: SignedEnd | undefined): Promise<void> {
  const last = linked.at(-1)!
  const signed = end === undefined ? sql.empty : sql`, signed_no = ${end.no}, signed_hash = ${end.hash}, signed_key = ${end.keyId}, signature = ${end.signature}`
  const hex = (bytes: Buffer | null): string | null => bytes && bytes.toString('hex')
  const rows = linked.map(({ salt, detailDigest, hash, ...rest }) => ({ ...rest, salt: hex(salt), detailDigest: hex(detailDigest), hash: hex(hash) }))
  await exec(
    tx,
    sql`with row as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (no bigint, id uuid, at timestamptz, kind text, section text, action text,
            method text, "recordId" text, "recordIds" text[], "actorId" uuid, username text, client text, "sessionId" uuid, address text, ground jsonb, reason text,
            times int, fields text[], "beforeHash" text, "afterHash" text, "branchId" uuid, "ownerId" uuid, "detailDigest" text, hash text, salt text, content text)
        ), entries as (
          insert into audit_entry (no, id, at, kind, section, action, method, record_id, record_ids, actor_id, username, client, session_id, address, ground,
            reason, times, fields, before_hash, after_hash, branch_id, owner_id, detail_digest, hash)
          select no, id, at, kind, section, action, method, "recordId", "recordIds", "actorId", username, client, "sessionId", address, ground,
            reason, times, fields, "beforeHash", "afterHash", "branchId", "ownerId", decode("detailDigest", 'hex'), decode(hash, 'hex') from row order by no
        ), details as (
          insert into audit_detail (no, salt, content) select no, decode(salt, 'hex'), content from row where content is not null
        )
        update audit_head set no = ${last.no}, hash = ${last.hash}, at = ${last.at}${signed}`,
  )
}
