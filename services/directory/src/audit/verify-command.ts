import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { inTx, sql } from '@vitrylo/pg'
import { AuditFact, AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { newId, Refusal, type Deps, type Env } from '@vitrylo/service'
import { appendEntries } from './append-entries.ts'
import { problemOfEnd, problemOfSignature, saveEnd, signedState, unsignedFrom } from './signed-end.ts'
import { END_WORDS, endInSettings, endOf, endWords, signerOf, verifierOf, type SignedEnd } from './signer.ts'
import { noteVerdict, verifyChain, type Witness } from './verify-chain.ts'

const HEAD_WORDS = /^(\d+):([0-9a-f]{64})$/i

/** What was kept elsewhere: hashes, some of them signed. */
type Kept = { witnesses: Witness[]; ends: SignedEnd[] }

/**
 * The command `verify-audit [--key=public key]… [number:hash | number:hash:key:signature | file.csv]…`: looks through the whole chain,
 * compares it with ends that the log told and with files that were exported, and checks signatures: by the keys that are given, or else by
 * those of the installation. Ends with an error that names the place where it is broken.
 */
export async function verifyAudit({ pool, now, env }: Deps, args: readonly string[]): Promise<void> {
  const given = args.flatMap((arg) => (arg.startsWith('--key=') ? [arg.slice(6)] : []))
  const verifier = given.length > 0 ? verifierOf(given.map(publicKey)) : signerOf(env)
  const { witnesses, ends } = await keptIn(args, env)
  const forged = ends.find((end) => verifier?.verifies(end) === false)
  if (forged !== undefined) throw new Refusal(`the end ${forged.no} that was given is signed by none of the keys`)
  const verdict = await verifyChain(pool, { witnesses })
  const problem = verdict.problem || (verifier === undefined ? '' : await problemOfSignature(pool, verifier))
  await noteVerdict(pool, { ...verdict, problem }, now())
  if (problem !== '') throw new Refusal(`the audit log is not what it was: ${problem}`)
  const signatures = verifier === undefined ? 'no key, so no signature was looked at' : `${ends.length + 1} signatures are good`
  console.log(`the audit log is whole: ${verdict.verifiedNo} entries, compared with ${witnesses.length} that were kept elsewhere; ${signatures}`)
}

const NOTHING_KEPT = '--nothing-kept'

/**
 * The command `sign-audit number:hash | number:hash:key:signature | file.csv…`: signs entries that no signature stands over, as a release without a
 * key or a lost key leaves them, and a forger too. So the log is looked through first and compared with what was kept elsewhere; where
 * nothing was, `--nothing-kept` says so. An entry tells for good which ones were signed late.
 */
export async function signAudit({ pool, now, env }: Deps, args: readonly string[]): Promise<void> {
  const signer = signerOf(env)
  if (signer === undefined) throw new Refusal('setting VITRYLO_AUDIT_KEY: is missing')
  const { witnesses } = await keptIn(args, env)
  const before = await signedState(pool)
  const wrong = await problemOfEnd(pool, signer)
  const from = unsignedFrom(wrong === '' ? before : { ...before, end: undefined })
  if (from === 0) return console.log(before.end === undefined ? 'the audit log is empty: its first entry will be signed' : `nothing to sign, the end is signed: ${endWords(before.end)}`)
  const proved = Math.max(0, ...witnesses.map(({ no }) => no))
  if (proved < from && !args.includes(NOTHING_KEPT)) {
    throw new Refusal(`entries ${from}…${before.lastNo} bear no good signature${wrong && ` (${wrong})`}, which a forger brings about too; compare the log first with what was kept elsewhere of entry ${from} or later: sign-audit ` +
      `number:hash | number:hash:key:signature (audit_end in the log of directory) | file.csv; only where nothing was kept: sign-audit ${NOTHING_KEPT}`)
  }
  const verdict = await verifyChain(pool, { witnesses })
  if (verdict.problem !== '') throw new Refusal(`the audit log is not what it was: ${verdict.problem}`)
  const end = await inTx(pool, async (tx) => {
    // Held, nothing follows: what came meanwhile is looked through too.
    const { lastNo } = await signedState(tx, sql`for update of h`)
    const rest = await verifyChain(pool, { after: verdict.verifiedNo })
    if (rest.problem !== '') throw new Refusal(`the audit log is not what it was: ${rest.problem}`)
    const fact = { ...AuditFact.fromPartial({ section: 'audit', action: 'manage', method: 'sign', reason: `${from}-${lastNo}`, count: 1 }), kind: AuditKind.UPKEEP }
    await appendEntries(tx, [{ id: newId(), at: now(), fact }])
    const linked = await signedState(tx)
    const signed = signer.sign(linked.lastNo, linked.lastHash)
    await saveEnd(tx, signed)
    return signed
  })
  await noteVerdict(pool, verdict, now())
  const unproved = proved < end.no - 1 ? `; of entries ${Math.max(from, proved + 1)}…${end.no - 1} nothing that was kept says that they are true` : ''
  console.log(`signed by the key ${signer.publicKey}${unproved}; keep this end elsewhere: ${endWords(end)}`)
}

function publicKey(text: string): string {
  if (Buffer.from(text, 'base64url').length !== 32) throw new Refusal(`--key=${text} is no public key: 32 bytes as base64url`)
  return text
}

/** What the arguments and the settings hold of it. */
async function keptIn(args: readonly string[], env: Env): Promise<Kept> {
  const kept = await Promise.all(args.filter((arg) => !arg.startsWith('--')).map(keptInOne))
  const own = endInSettings(env)
  const witnesses = kept.flatMap((one) => one.witnesses)
  return { witnesses: own === undefined ? witnesses : [...witnesses, { no: own.no, hash: own.hash.toString('hex') }], ends: kept.flatMap((one) => one.ends) }
}

async function keptInOne(arg: string): Promise<Kept> {
  const signed = END_WORDS.exec(arg)
  if (signed !== null) return { witnesses: [{ no: Number(signed[1]), hash: signed[2]! }], ends: [endOf(signed)] }
  const words = HEAD_WORDS.exec(arg)
  if (words !== null) return { witnesses: [{ no: Number(words[1]), hash: words[2]! }], ends: [] }
  const found: Kept = { witnesses: [], ends: [] }
  // The first cell and the last one are never quoted: a number and a hash. The last line has the end as it was signed.
  for await (const line of createInterface({ input: createReadStream(arg) })) {
    const cells = /^(\d+),.*,([0-9a-f]{64})$/.exec(line.trim())
    if (cells !== null) found.witnesses.push({ no: Number(cells[1]), hash: cells[2]! })
    const end = END_WORDS.exec(line.trim().replace(/^end,/, ''))
    if (end !== null) found.ends.push(endOf(end))
    if (end !== null) found.witnesses.push({ no: Number(end[1]), hash: end[2]! })
  }
  if (found.witnesses.length === 0) throw new Refusal(`${arg} is neither number:hash nor a file of the audit log`)
  return found
}
