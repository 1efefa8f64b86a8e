import { exec, many, sql } from '@vitrylo/pg'
import { Refusal, type Deps } from '@vitrylo/service'
import { pbxSecrets } from './secrets.ts'

/**
 * Seals every secret with the newest key, so that the older ones may be taken away after a start. A secret that no key
 * opens refuses the start: the wrong key would otherwise show itself as an exchange that cannot be reached.
 */
export async function renewSecrets({ pool, env, log }: Pick<Deps, 'pool' | 'env' | 'log'>): Promise<void> {
  const secrets = pbxSecrets(env)
  const stored = await many<{ id: string; name: string; secret: string }>(pool, sql`select id, name, secret from pbx where secret <> ''`)
  for (const { id, name, secret } of stored) {
    if (secrets.isNewest(secret, id)) continue
    let opened: string
    try {
      opened = secrets.open(secret, id)
    } catch (error) {
      throw new Refusal(`setting VITRYLO_SECRETS_KEY opens no secret of the exchange "${name}"; give the key that sealed it below the new one`, { cause: error })
    }
    await exec(pool, sql`update pbx set secret = ${secrets.seal(opened, id)} where id = ${id} and secret = ${secret}`)
    log.info({ pbx: id }, 'secret sealed with the newest key')
  }
}
