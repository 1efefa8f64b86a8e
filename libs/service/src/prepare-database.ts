import { setTimeout as delay } from 'node:timers/promises'
import { checkSchema, connectClient, migrate, type MigrationSet } from '@vitrylo/pg'
import type { BaseConfig } from './config.ts'
import { patiently, placeOf, reasonOf } from './patiently.ts'
import type { Readiness } from './readiness.ts'
import { Refusal } from './settings.ts'

type Preparing = {
  sets: readonly MigrationSet[]
  /** Other tables of the database that are made with the migrations. */
  prepare?: (url: string) => Promise<void>
  readiness: Readiness
  signal?: AbortSignal
}

type Settings = Pick<BaseConfig, 'databaseUrl' | 'migrates'>

const PAUSE_MS = 500

/** Waits until the database answers, then migrates it, or checks that somebody did. */
export async function prepareDatabase({ databaseUrl, migrates }: Settings, preparing: Preparing): Promise<void> {
  const { sets, prepare, readiness, signal } = preparing
  await awaitDatabase(databaseUrl, readiness, signal)
  // It has answered once, which is no promise that it will again. Every step finds done what one before it did.
  await patiently({ databaseUrl, readiness, signal }, async () => {
    if (migrates) {
      readiness.waitFor('the database is being migrated')
      await migrate(databaseUrl, sets)
      await prepare?.(databaseUrl)
    }
    refuseGap(placeOf(databaseUrl), await checkSchema(databaseUrl, sets))
  })
}

function refuseGap(place: string, { missing, breaking }: { missing: string[]; breaking: string[] }): void {
  if (breaking.length > 0) {
    throw new Refusal(`the schema of ${place} is too new for this release: it has "${breaking[0]}"; start the release that knows it`)
  }
  if (missing.length > 0) {
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
    throw new Refusal(`the schema of ${place} is older than this release: it lacks "${missing[0]}"${more}; run the command migrate, or set VITRYLO_MIGRATE=1`)
  }
}

/** A server that is not there yet is waited for; one that refuses us would refuse us again. */
async function awaitDatabase(url: string, readiness: Readiness, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    try {
      const client = await connectClient(url, 'start')
      return await client.end()
    } catch (error) {
      const why = refusalOf(url, error as Error & { code?: string })
      if (why !== undefined) throw new Refusal(why, { cause: error })
      readiness.waitFor(`${placeOf(url)} (VITRYLO_DATABASE_URL) does not answer: ${reasonOf(error)}`)
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/

function refusalOf(url: string, { code = '', message }: Error & { code?: string }): string | undefined {
  const place = placeOf(url)
  const { username, searchParams } = new URL(url)
  const key = searchParams.has('passwordfile') ? 'VITRYLO_DATABASE_PASSWORD_FILE' : 'VITRYLO_DATABASE_URL'
  if (code === '28P01') return `setting ${key}: ${place} refuses the password of the user "${username}"`
  if (code === '28000') return `setting VITRYLO_DATABASE_URL: ${place} refuses the user "${username}": ${message}`
  if (code === '3D000') return `setting VITRYLO_DATABASE_URL: ${place} does not exist`
  if (code === '42501') return `setting VITRYLO_DATABASE_URL: ${place} is closed to the user "${username}": ${message}`
  if (/does not support SSL/.test(message)) return `setting VITRYLO_DATABASE_URL: ${place} does not speak TLS`
  if (CERTIFICATE.test(code)) return `setting VITRYLO_DATABASE_URL: the certificate of ${place} is not trusted (${code})`
  return undefined
}
