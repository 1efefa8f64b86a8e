import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'
import { writeWhole } from './write-whole.ts'

export const DATABASES = ['directory', 'contacts', 'sales', 'service_desk', 'telephony', 'gateway', 'issuer', 'bus'] as const
export type DatabaseName = (typeof DATABASES)[number]

export type Credentials = {
  /** Superuser of the embedded server. */
  postgres: string
  /** One role and one database each, of the same name. */
  databases: Record<DatabaseName, string>
  /** Secrets of the OIDC clients. */
  clients: { 'vitrylo-gateway': string; 'vitrylo-integration': string }
  /** Encrypts sessions at rest. */
  sessionKey: string
  /** Encrypts the secrets of connected exchanges at rest. */
  secretsKey: string
  /** Of the demo exchange. */
  pbxSecret: string
  /** First administrator: user `admin`. */
  adminPassword: string
  /** Of all demo users. */
  demoPassword: string
}

const secret = () => randomBytes(24).toString('base64url')

/** Made once; keys that a later version adds are added. Gives what the file says. */
export function loadCredentials(dataDir: string): Credentials {
  const path = join(dataDir, 'credentials.json')
  const known = existsSync(path) ? parse(path) : {}
  const credentials: Credentials = {
    postgres: known.postgres ?? secret(),
    databases: { ...generated(DATABASES), ...known.databases },
    clients: { ...generated(['vitrylo-gateway', 'vitrylo-integration']), ...known.clients },
    sessionKey: known.sessionKey ?? randomBytes(32).toString('base64url'),
    secretsKey: known.secretsKey ?? randomBytes(32).toString('base64url'),
    pbxSecret: known.pbxSecret ?? secret(),
    adminPassword: known.adminPassword ?? readable(),
    demoPassword: known.demoPassword ?? readable(),
  }
  if (JSON.stringify(known) !== JSON.stringify(credentials)) {
    writeWhole(path, `${JSON.stringify(credentials, null, 2)}\n`, 0o600)
  }
  chmodSync(path, 0o600)
  return credentials
}

const generated = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, secret()])) as Record<Name, string>

function parse(path: string): Partial<Credentials> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Credentials>
  } catch {
    throw new Refusal(`The file ${path} is damaged; bring it back from a copy, without it the data cannot be opened.`)
  }
}

// Without letters and digits that are mistaken for one another: people type these. 59 bits.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

function readable(): string {
  const letters = Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}
