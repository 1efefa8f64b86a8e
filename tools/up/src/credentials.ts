import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'
import { writeWhole } from './write-whole.ts'

export const SERVICE_DATABASES = ['directory', 'contacts', 'sales', 'service_desk', 'telephony', 'gateway'] as const
const DATABASES = [...SERVICE_DATABASES, 'issuer', 'bus', 'keycloak'] as const
export type DatabaseName = (typeof DATABASES)[number]

const CLIENTS = ['vitrylo-gateway', 'vitrylo-integration', 'vitrylo-api', 'vitrylo-provisioner'] as const

export type Credentials = {
  /** Where the clients below get their tokens. */
  issuer?: string
  /** Superuser of the embedded server. */
  postgres: string
  /** One role and one database each, of the same name. */
  databases: Record<DatabaseName, string>
  /** Secrets of the OIDC clients; the last two are Keycloak's only. */
  clients: Record<(typeof CLIENTS)[number], string>
  /** Encrypts sessions at rest. */
  sessionKey: string
  /** Encrypts the secrets of connected exchanges at rest. */
  secretsKey: string
  /** Signs the end of the audit log. */
  auditKey: string
  /** Of the demo exchange. */
  pbxSecret: string
  /** First administrator: user `admin`. */
  adminPassword: string
  /** Of all demo users. */
  demoPassword: string
  /** Of the administrator of Keycloak itself: user `admin` of its realm `master`. */
  keycloakPassword: string
}

const secret = () => randomBytes(24).toString('base64url')

/** Made once; keys that a later version adds are added. Gives what the file says. */
export function loadCredentials(dataDir: string, issuer?: string): Credentials {
  const path = join(dataDir, 'credentials.json')
  const known = existsSync(path) ? parse(path) : {}
  const credentials: Credentials = {
    issuer: issuer ?? known.issuer,
    postgres: known.postgres ?? secret(),
    databases: { ...generated(DATABASES), ...known.databases },
    clients: { ...generated(CLIENTS), ...known.clients },
    sessionKey: known.sessionKey ?? randomBytes(32).toString('base64url'),
    secretsKey: known.secretsKey ?? randomBytes(32).toString('base64url'),
    auditKey: known.auditKey ?? randomBytes(32).toString('base64url'),
    pbxSecret: known.pbxSecret ?? secret(),
    adminPassword: known.adminPassword ?? readable(),
    demoPassword: known.demoPassword ?? readable(),
    keycloakPassword: known.keycloakPassword ?? secret(),
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
