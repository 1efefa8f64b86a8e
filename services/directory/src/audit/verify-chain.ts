import { exec, many, one, sql, type Db, type Pool } from '@vitrylo/pg'
import { digestOf, hashOf, type Link } from './chain.ts'

/** `problem` names the place; empty when everything up to `verifiedNo` is as it was linked. */
export type Verdict = { verifiedNo: number; problem: string }

/** Something that was kept elsewhere: the hash that an entry had then. */
export type Witness = { no: number; hash: string }

type Stored = Link & { hash: Buffer; salt: Buffer | null; content: string | null; detailed: boolean }
type Ends = { no: number; hash: Buffer; cutNo: number; cutHash: Buffer | null }

const PAGE = 1_000

export const linkColumns = sql`e.no, e.id, e.at, e.kind, e.section, e.action, e.method, e.record_id as "recordId", e.record_ids as "recordIds", e.actor_id as "actorId", e.username,
  e.client, e.session_id as "sessionId", e.address, e.ground, e.reason, e.times, e.fields, e.before_hash as "beforeHash", e.after_hash as "afterHash",
  e.branch_id as "branchId", e.owner_id as "ownerId", e.detail_digest as "detailDigest", e.hash`

/**
 * Looks through the chain: every entry is there, says what it said when it was linked, and nothing stands between or behind.
 * `after`: only from this place on; it was looked through before; `upTo`: no further. Witnesses must agree with what stands there now.
 */
export async function verifyChain(pool: Pool, asked: Asked = {}): Promise<Verdict> {
  const ends = await endsOf(pool)
  const verdict = await lookThrough(pool, ends, asked)
  // What was cut off meanwhile is no gap.
  return verdict.problem !== '' && (await endsOf(pool)).cutNo !== ends.cutNo ? verifyChain(pool, asked) : verdict
}

type Asked = { after?: number; upTo?: number; witnesses?: readonly Witness[] }

async function lookThrough(pool: Pool, ends: Ends, { after = 0, upTo = ends.no, witnesses = [] }: Asked): Promise<Verdict> {
  const end = Math.min(upTo, ends.no)
  const cut = { no: ends.cutNo, hash: ends.cutHash ?? Buffer.alloc(0) }
  const told = ends.cutNo === 0 || (await isTold(pool, ends))
  if (!told) return { verifiedNo: 0, problem: `the beginning: everything up to entry ${ends.cutNo} was cut off, and no entry tells of it` }
  const kept = new Map(witnesses.map(({ no, hash }) => [no, hash.toLowerCase()]))
  const begin = after > cut.no ? await hashAt(pool, after) : cut
  if (begin === undefined) return { verifiedNo: 0, problem: `entry ${after} is missing` }
  let last: { no: number; hash: Buffer } = begin
  for (;;) {
    const page: Stored[] = await many<Stored>(
      pool,
      sql`select ${linkColumns}, d.salt, d.content, d.no is not null as detailed from audit_entry e left join audit_detail d on d.no = e.no
          where e.no > ${last.no} and e.no <= ${end} order by e.no limit ${PAGE}`,
    )
    for (const entry of page) {
      const problem = problemOf(entry, last, ends, kept.get(entry.no))
      if (problem !== undefined) return { verifiedNo: last.no, problem }
      last = entry
    }
    if (page.length < PAGE) break
  }
  if (last.no < end) return { verifiedNo: last.no, problem: `entry ${last.no + 1} is missing` }
  const behind = await one<{ no: number }>(pool, sql`select e.no from audit_entry e join audit_head h on e.no > h.no order by e.no limit 1`)
  if (behind !== undefined) return { verifiedNo: last.no, problem: `entry ${behind.no} was inserted behind the end of the chain` }
  const lost = witnesses.find(({ no }) => no > last.no)
  if (lost !== undefined) return { verifiedNo: last.no, problem: `entry ${lost.no} is missing: it was kept elsewhere` }
  return { verifiedNo: last.no, problem: '' }
}

function problemOf(entry: Stored, before: { no: number; hash: Buffer }, ends: Ends, kept: string | undefined): string | undefined {
  const { no } = entry
  if (no !== before.no + 1) return `entry ${before.no + 1} is missing`
  if (!hashOf(before.hash, entry).equals(entry.hash)) return `entry ${no} was changed, or does not follow entry ${before.no}`
  if (kept !== undefined && kept !== entry.hash.toString('hex')) return `entry ${no} is another one than was kept elsewhere: the chain was written anew`
  if (no === ends.no && !ends.hash.equals(entry.hash)) return `entry ${no} is not the end that was linked last`
  const { detailDigest, detailed, salt, content } = entry
  if ((detailDigest !== null) !== detailed) return `the details of entry ${no} are ${detailed ? 'none of its own' : 'missing'}`
  if (detailDigest === null || (salt === null && content === null)) return undefined
  return salt !== null && content !== null && digestOf(salt, content).equals(detailDigest) ? undefined : `the details of entry ${no} were changed`
}

async function endsOf(db: Db): Promise<Ends> {
  const ends = await one<Ends>(
    db,
    sql`select h.no, h.hash, coalesce(a.no, 0)::int8 as "cutNo", a.hash as "cutHash"
        from audit_head h left join lateral (select * from audit_anchor order by no desc limit 1) a on true`,
  )
  return ends!
}

export const cutWords = (no: number, hash: Buffer): string => `${no}:${hash.toString('hex')}`

/** A cut is an entry itself, behind what it cut off: nobody begins the chain where they like. */
async function isTold(db: Db, { cutNo, cutHash }: Ends): Promise<boolean> {
  return (await one(db, sql`select 1 as yes from audit_entry e where e.kind = 'upkeep' and e.reason = ${cutWords(cutNo, cutHash!)}`)) !== undefined
}

const hashAt = (db: Db, no: number) => one<{ no: number; hash: Buffer }>(db, sql`select e.no, e.hash from audit_entry e where e.no = ${no}`)

/** Keeps what was found, for the screen. */
export async function noteVerdict(db: Db, { verifiedNo, problem }: Verdict, at: Date): Promise<void> {
  await exec(db, sql`update audit_head set verified_no = ${verifiedNo}, verified_at = ${at}, problem = ${problem}`)
}
