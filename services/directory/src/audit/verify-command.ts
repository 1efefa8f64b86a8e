import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Refusal, type Deps } from '@vitrylo/service'
import { noteVerdict, verifyChain, type Witness } from './verify-chain.ts'

const HEAD_WORDS = /^(\d+):([0-9a-f]{64})$/i

/**
 * The command `verify-audit [number:hash | file.csv]…`: looks through the whole chain, and compares it with ends that the
 * log told and with files that were exported. Ends with an error that names the place where it is broken.
 */
export async function verifyAudit({ pool, now }: Deps, args: readonly string[]): Promise<void> {
  const witnesses = (await Promise.all(args.map(witnessesIn))).flat()
  const verdict = await verifyChain(pool, { witnesses })
  await noteVerdict(pool, verdict, now())
  if (verdict.problem !== '') throw new Refusal(`the audit log is not what it was: ${verdict.problem}`)
  console.log(`the audit log is whole: ${verdict.verifiedNo} entries, compared with ${witnesses.length} that were kept elsewhere`)
}

async function witnessesIn(arg: string): Promise<Witness[]> {
  const words = HEAD_WORDS.exec(arg)
  if (words !== null) return [{ no: Number(words[1]), hash: words[2]! }]
  const found: Witness[] = []
  // The first cell and the last one are never quoted: a number and a hash.
  for await (const line of createInterface({ input: createReadStream(arg) })) {
    const cells = /^(\d+),.*,([0-9a-f]{64})$/.exec(line.trim())
    if (cells !== null) found.push({ no: Number(cells[1]), hash: cells[2]! })
  }
  if (found.length === 0) throw new Refusal(`${arg} is neither number:hash nor a file of the audit log`)
  return found
}
