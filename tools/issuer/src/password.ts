import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 } // OWASP's figures: about 0.2 s of one core
const BYTES = 32

/** `scrypt$salt$hash`; the salt is the user's own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await guarded(() => derive(password.normalize('NFKC'), salt, BYTES, COST))
  return `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

// An unknown user costs the same work as a known one, so time does not tell which names exist.
const nobody = `scrypt$${randomBytes(16).toString('base64url')}$${randomBytes(BYTES).toString('base64url')}`

export async function passwordFits(password: string, stored: string | null | undefined): Promise<boolean> {
  const [, salt = '', hash = ''] = (stored ?? nobody).split('$')
  const expected = Buffer.from(hash, 'base64url')
  const actual = await guarded(() =>
    derive(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), BYTES, COST),
  )
  return timingSafeEqual(actual, expected) && Boolean(stored)
}

// Two at a time: a flood of sign-ins must not take the thread pool and the memory of the whole process.
const SLOTS = 2
let busy = 0
const waiting: (() => void)[] = []

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= SLOTS) await new Promise<void>((resolve) => waiting.push(resolve))
  else busy++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else busy--
  }
}
