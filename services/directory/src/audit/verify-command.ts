import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Refusal, type Deps } from '@vitrylo/service'
import { problemOfSignature, signEnd, signedEnd } from './signed-end.ts'
import { END_WORDS, endOf, endWords, signerOf, verifierOf, type SignedEnd } from './signer.ts'
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
  const kept = await Promise.all(args.filter((arg) => !arg.startsWith('--key=')).map(keptIn))
  const [witnesses, ends] = [kept.flatMap((one) => one.witnesses), kept.flatMap((one) => one.ends)]
  const forged = ends.find((end) => verifier?.verifies(end) === false)
  if (forged !== undefined) throw new Refusal(`the end ${forged.no} that was given is signed by none of the keys`)
  const verdict = await verifyChain(pool, { witnesses })
  const problem = verdict.problem || (verifier === undefined ? '' : await problemOfSignature(pool, verifier))
  await noteVerdict(pool, { ...verdict, problem }, now())
  if (problem !== '') throw new Refusal(`the audit log is not what it was: ${problem}`)
  const signatures = verifier === undefined ? 'no key, so no signature was looked at' : `${ends.length + 1} signatures are good`
  console.log(`the audit log is whole: ${verdict.verifiedNo} entries, compared with ${witnesses.length} that were kept elsewhere; ${signatures}`)
}

/** The command `sign-audit`: begins to sign a log that has been kept without a key, or whose key was lost. It is looked through first. */
export async function signAudit({ pool, env }: Deps): Promise<void> {
  const signer = signerOf(env)
  if (signer === undefined) throw new Refusal('setting VITRYLO_AUDIT_KEY: is missing')
  const { problem } = await verifyChain(pool)
  if (problem !== '') throw new Refusal(`the audit log is not what it was: ${problem}`)
  await signEnd(pool, signer, true)
  const end = await signedEnd(pool)
  console.log(end === undefined ? 'the audit log is empty: its first entry will be signed' : `signed by the key ${signer.publicKey}; keep this end elsewhere: ${endWords(end)}`)
}

function publicKey(text: string): string {
  if (Buffer.from(text, 'base64url').length !== 32) throw new Refusal(`--key=${text} is no public key: 32 bytes as base64url`)
  return text
}

async function keptIn(arg: string): Promise<Kept> {
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
