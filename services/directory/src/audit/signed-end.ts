import { inTx, one, exec, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { SignedEnd, Signer, Verifier } from './signer.ts'
import { verifyChain } from './verify-chain.ts'

type Row = { no: number; hash: Buffer; signed_no: number | null; signed_hash: Buffer; signed_key: string; signature: Buffer }

/** The end that was signed last, if one ever was; `lastNo` is where the chain ends by now. */
async function read(db: Db, lock = sql``): Promise<{ lastNo: number; lastHash: Buffer; end: SignedEnd | undefined }> {
  const row = (await one<Row>(db, sql`select no, hash, signed_no, signed_hash, signed_key, signature from audit_head ${lock}`))!
  const end = row.signed_no === null ? undefined : { no: row.signed_no, hash: row.signed_hash, keyId: row.signed_key, signature: row.signature }
  return { lastNo: row.no, lastHash: row.hash, end }
}

export const signedEnd = async (db: Db): Promise<SignedEnd | undefined> => (await read(db)).end

export const saveEnd = (tx: Tx, { no, hash, keyId, signature }: SignedEnd) =>
  exec(tx, sql`update audit_head set signed_no = ${no}, signed_hash = ${hash}, signed_key = ${keyId}, signature = ${signature}`)

/** What is wrong with the signature; empty when it is of one of these keys and the entry that it is over stands where it stood. */
export async function problemOfSignature(db: Db, verifier: Verifier): Promise<string> {
  const { lastNo, end } = await read(db)
  if (end === undefined) return lastNo === 0 ? '' : `entry ${lastNo}, the end, bears no signature; the command sign-audit begins to sign`
  if (!verifier.verifies(end)) return `the signature of entry ${end.no} is of none of the keys: the chain was written anew, or a key is missing`
  const there = await one<{ hash: Buffer }>(db, sql`select hash from audit_entry where no = ${end.no} union all select hash from audit_anchor where no = ${end.no} limit 1`)
  return there?.hash.equals(end.hash) === true ? '' : `entry ${end.no} is another one than was signed: the chain was written anew`
}

/**
 * Signs the end where entries stand behind the signature, as a release without a key leaves them, or an older key signed it. What
 * follows a good signature only; nothing else is ever signed without somebody saying so (`begin`).
 */
export async function signEnd(pool: Pool, signer: Signer, begin = false): Promise<void> {
  const { end, lastNo } = await read(pool)
  if (end !== undefined && end.no === lastNo && end.keyId === signer.keyId && !begin) return
  if (!begin && (end === undefined || (await problemOfSignature(pool, signer)) !== '')) return
  const verdict = await verifyChain(pool, { after: begin ? 0 : end!.no })
  if (verdict.problem !== '') return
  await inTx(pool, async (tx) => {
    const now = await read(tx, sql`for update`)
    // More came meanwhile: it waits for the next round, unless it was signed as it came.
    if (now.lastNo === verdict.verifiedNo && now.lastNo > 0) await saveEnd(tx, signer.sign(now.lastNo, now.lastHash))
  })
}
