import { inTx, one, exec, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { SignedEnd, Signer, Verifier } from './signer.ts'

type Row = { no: number; hash: Buffer; signed_no: number | null; signed_hash: Buffer; signed_key: string; signature: Buffer; cut_no: number }
type State = { lastNo: number; lastHash: Buffer; cutNo: number; end: SignedEnd | undefined }

/** The end that was signed last, if one ever was; `lastNo` is where the chain ends by now, `cutNo` up to where it was cut off. */
export async function signedState(db: Db, lock = sql``): Promise<State> {
  const row = (await one<Row>(
    db,
    sql`select h.no, h.hash, h.signed_no, h.signed_hash, h.signed_key, h.signature, coalesce((select max(a.no) from audit_anchor a), 0)::int8 as cut_no from audit_head h ${lock}`,
  ))!
  const end = row.signed_no === null ? undefined : { no: row.signed_no, hash: row.signed_hash, keyId: row.signed_key, signature: row.signature }
  return { lastNo: row.no, lastHash: row.hash, cutNo: row.cut_no, end }
}

export const signedEnd = async (db: Db): Promise<SignedEnd | undefined> => (await signedState(db)).end

export const saveEnd = (tx: Tx, { no, hash, keyId, signature }: SignedEnd) =>
  exec(tx, sql`update audit_head set signed_no = ${no}, signed_hash = ${hash}, signed_key = ${keyId}, signature = ${signature}`)

/** The first entry that no signature stands over; 0 when there is none. */
export function unsignedFrom({ lastNo, cutNo, end }: State): number {
  const signed = Math.max(end?.no ?? 0, cutNo)
  return signed < lastNo ? signed + 1 : 0
}

/** That entries are not signed, and what to do: a forger can bring this about, so no way out begins with signing. */
export function unsignedWords(state: State): string {
  const from = unsignedFrom(state)
  return from === 0 ? '' : `entries ${from}…${state.lastNo} bear no signature: compare the log with an end that was kept elsewhere, then give it to the command sign-audit`
}

/** What is wrong with the last signature, and with the end in the settings; empty when both are over entries that stand where they stood. */
export async function problemOfEnd(db: Db, verifier: Verifier): Promise<string> {
  const { end, cutNo, lastNo } = await signedState(db)
  const there = async (asked: SignedEnd): Promise<boolean> =>
    (asked.no < cutNo && cutNo <= lastNo) ||
    (await one<{ hash: Buffer }>(db, sql`select hash from audit_entry where no = ${asked.no} union all select hash from audit_anchor where no = ${asked.no} limit 1`))?.hash.equals(asked.hash) === true
  const { kept } = verifier
  if (kept !== undefined && !(await there(kept))) return `entry ${kept.no} is another one than VITRYLO_AUDIT_END names, or is missing: the chain was written anew or cut back`
  if (end === undefined) return ''
  if (!verifier.verifies(end)) return `the signature of entry ${end.no} is of none of the keys: the chain was written anew, or a key is missing`
  return (await there(end)) ? '' : `entry ${end.no} is another one than was signed: the chain was written anew`
}

/** Everything that keeps signatures from proving the whole log. */
export const problemOfSignature = async (db: Db, verifier: Verifier): Promise<string> =>
  (await problemOfEnd(db, verifier)) || unsignedWords(await signedState(db))

/**
 * Signs by the newest key what an older one signed. Never what stands behind a signature: a release without a key leaves such entries, but so
 * does whoever owns the database and puts an old signature back; only `sign-audit` signs them.
 */
export async function renewEnd(pool: Pool, signer: Signer): Promise<void> {
  const { end } = await signedState(pool)
  if (end === undefined || end.keyId === signer.keyId) return
  await inTx(pool, async (tx) => {
    const { end: now, lastNo, lastHash } = await signedState(tx, sql`for update of h`)
    if (now?.no === lastNo && now.hash.equals(lastHash) && signer.verifies(now)) await saveEnd(tx, signer.sign(lastNo, lastHash))
  })
}
