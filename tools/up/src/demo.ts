import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from './credentials.ts'
import type { Environments } from './environments.ts'
import type { DemoUser } from './print.ts'
import type { Settings } from './settings.ts'
import { writeWhole } from './write-whole.ts'

type Options = { settings: Settings; credentials: Credentials; envs: Environments; say(line: string): void }

/** Demo data on a first start, and the exchange that plays demo calls. */
export async function startDemo({ settings }: Options): Promise<{ users: DemoUser[]; stop(): Promise<void> }> {
  const marker = join(settings.dataDir, 'demo-loaded')
  if (settings.demo && !existsSync(marker)) writeWhole(marker, `${new Date().toISOString()}\n`, 0o644)
  return { users: [], async stop() {} }
}
