import type { Credentials } from '../credentials.ts'
import type { Address } from '../databases.ts'
import type { Settings } from '../settings.ts'

type Env = Record<string, string>
export type Seed = { username: string; name: string; groups: string[] }

/** What the product stands on beside PostgreSQL: a bus, and somebody who signs people in. */
export type Engines = {
  /** Settings of every part, and those of one. */
  common: Env
  directory: Env
  gateway: Env
  /** Of the issuer, where it is a part of ours. */
  issuer?: Env
  /** Where scripts get their tokens. */
  issuerUrl: string
  /** What the person at the keyboard should know besides. */
  note?: string
  /** File that tells that the demonstration is loaded; of its own where the data lie elsewhere than in the folder. */
  demoStamp?: string
  /** Where the exchange of the demonstration listens, and how telephony reaches it; this machine alone by default. */
  exchange?: { listen: string; address: string }
  /** Lets employees of the directory sign in with this password. */
  seedUsers(users: readonly Seed[], password: string): Promise<void>
  /** Whether somebody has another password by now, by user name; without those of whom this is not known. Absent where only Keycloak knows. */
  changedPasswords?(): Promise<Map<string, boolean>>
  stop(): Promise<void>
}

export type EnginesContext = { settings: Settings; credentials: Credentials; postgres: Address; say(line: string): void }
