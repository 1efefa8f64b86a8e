import { exec, inTx, one, sql, type Pool } from '@vitrylo/pg'
import { AuditFact, AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { AuditChain } from '@vitrylo/proto/vitrylo/directory/v1/audit.ts'
import { newId, whole, type Deps, type Env, type Sweep } from '@vitrylo/service'
import { appendEntries } from './append-entries.ts'
import { problemOfEnd, renewEnd, signedState, unsignedFrom, unsignedWords } from './signed-end.ts'
import { endWords, signerOf, type Signer } from './signer.ts'
import { cutWords, noteVerdict, verifyChain, type Verdict } from './verify-chain.ts'

const HOUR_MS = 3_600_000
const CHUNK = 5_000
// Of what was looked through before so many are looked at again each hour: half a million a day.
const AGAIN = 20_000

/** VITRYLO_AUDIT_DAYS: so long entries are kept; 0 means for good. */
export const keepDaysOf = (env: Env): number => whole(env, 'VITRYLO_AUDIT_DAYS', 0, 0)

/**
 * Every hour: cuts off what is old enough, looks through what was added, and writes the end of the chain to the log. Logs
 * are kept elsewhere: whoever writes the chain anew, with all rights on the database, does not reach what was told there.
 */
export function auditSweep({ pool, env, now, log }: Pick<Deps, 'pool' | 'env' | 'now' | 'log'>): Sweep {
  const days = keepDaysOf(env)
  const signer = signerOf(env)
  const each = async (): Promise<void> => {
    if (days > 0) await cutBefore(pool, new Date(now().getTime() - days * 24 * HOUR_MS), now(), signer)
    const { verified_no: after, problem: known } = (await head(pool))!
    const verdict = known === '' ? await verifyChain(pool, { after }) : await verifyChain(pool)
    const again = verdict.problem === '' ? await lookAgain(pool, after, now()) : verdict
    const problem = again.problem || (signer === undefined ? '' : await problemOfEnd(pool, signer))
    await noteVerdict(pool, { ...verdict, problem }, now())
    if (problem === '' && signer !== undefined) await renewEnd(pool, signer)
    const state = await signedState(pool)
    const told = [problem, signer === undefined ? '' : unsignedWords(state)].filter((one) => one !== '')
    if (told.length > 0) log.error({ problem: told.join('; ') }, 'the audit log is not what it was')
    const { lastNo, lastHash, end } = state
    log.info({ audit_no: lastNo, audit_hash: lastHash.toString('hex'), audit_end: end && endWords(end), audit_key: signer?.publicKey }, 'end of the audit log')
  }
  return { name: 'audit log', everyMs: HOUR_MS, each }
}

/** Every hour the next part of what stands below `known`, and so all of it in turn: an old entry may be changed long after. */
function lookAgain(pool: Pool, known: number, now: Date): Promise<Verdict> {
  const parts = Math.max(1, Math.ceil(known / AGAIN))
  const after = (Math.floor(now.getTime() / HOUR_MS) % parts) * AGAIN
  return verifyChain(pool, { after, upTo: Math.min(known, after + AGAIN) })
}

type Head = { no: number; hash: Buffer; at: Date | null; verified_no: number; verified_at: Date | null; problem: string; cut_no: number }

const head = (pool: Pool): Promise<Head | undefined> =>
  one<Head>(pool, sql`select h.*, coalesce((select max(a.no) from audit_anchor a), 0)::int8 as cut_no from audit_head h`)

export async function getAuditChain(pool: Pool, env: Env): Promise<AuditChain> {
  const found = (await head(pool))!
  const signer = signerOf(env)
  const state = await signedState(pool)
  return {
    lastNo: BigInt(found.no), lastHash: found.hash.toString('hex'), lastTime: found.at ?? undefined, cutNo: BigInt(found.cut_no),
    verifiedNo: BigInt(found.verified_no), verifiedTime: found.verified_at ?? undefined, problem: found.problem || (signer === undefined ? '' : unsignedWords(state)), keepDays: keepDaysOf(env),
    signedEnd: state.end === undefined ? '' : endWords(state.end), publicKey: signer?.publicKey ?? '', unsignedFrom: BigInt(signer === undefined ? 0 : unsignedFrom(state)),
  }
}

/**
 * Cuts the oldest entries off. An entry tells of it and the hash of the last one that goes is kept, so that the rest can
 * still be proved; both are there before anything is gone. Gives how many went.
 */
export async function cutBefore(pool: Pool, before: Date, now: Date, signer?: Signer): Promise<number> {
  await inTx(pool, async (tx) => {
    const last = await one<{ no: number; hash: Buffer }>(
      tx,
      // The place, and not the time, decides: an entry that came late stays with those around it.
      sql`select e.no, e.hash from audit_entry e join audit_head h on e.no < h.no
          where e.no < coalesce((select min(k.no) from audit_entry k where k.at >= ${before}), h.no)
            and e.no > coalesce((select max(a.no) from audit_anchor a), 0) order by e.no desc limit 1`,
    )
    if (last === undefined) return
    const fact = { ...AuditFact.fromPartial({ section: 'audit', action: 'delete', method: 'cut', reason: cutWords(last.no, last.hash), count: 1 }), kind: AuditKind.UPKEEP }
    await appendEntries(tx, [{ id: newId(), at: now, fact }], signer)
    await exec(tx, sql`insert into audit_anchor (no, hash, cut_at) values (${last.no}, ${last.hash}, ${now})`)
  })
  for (let gone = 0; ; ) {
    const removed = await inTx(pool, async (tx) => {
      const upTo = sql`(select no from audit_entry where no <= (select max(a.no) from audit_anchor a) order by no limit ${CHUNK})`
      await exec(tx, sql`delete from audit_detail where no in ${upTo}`)
      return (await exec(tx, sql`delete from audit_entry where no in ${upTo}`)).rowCount ?? 0
    })
    gone += removed
    if (removed < CHUNK) return gone
  }
}
