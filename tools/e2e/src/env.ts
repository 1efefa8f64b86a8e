import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { E2E_SKIP, E2E_URL = '', E2E_DATA_DIR = '', E2E_CHROMIUM, E2E_CONTROL, VITRYLO_SHOTS } = process.env

/** What the launcher tells the tests. */
export const env = {
  /** Why nothing can be walked. */
  skip: E2E_SKIP,
  url: E2E_URL,
  dataDir: E2E_DATA_DIR,
  chromium: E2E_CHROMIUM,
  control: E2E_CONTROL,
  /** Folder for pictures; none are made without it. */
  shots: VITRYLO_SHOTS || undefined,
}

type Credentials = { adminPassword: string; demoPassword: string; clients: Record<string, string> }

export const credentials = (): Credentials => JSON.parse(readFileSync(join(env.dataDir, 'credentials.json'), 'utf8')) as Credentials

export const passwordOf = (username: string): string => (username === 'admin' ? credentials().adminPassword : credentials().demoPassword)
