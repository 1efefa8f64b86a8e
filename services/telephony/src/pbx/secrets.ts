import { createSeal, keysOf, type Env } from '@vitrylo/service'

export type PbxSecrets = {
  /** What is stored; '' stays ''. */
  seal(secret: string, pbxId: string): string
  open(sealed: string, pbxId: string): string
  isNewest(sealed: string, pbxId: string): boolean
}

/** Secrets of exchanges rest encrypted by VITRYLO_SECRETS_KEY: one key per line, the newest first. */
export function pbxSecrets(env: Env): PbxSecrets {
  const { seal, open, isNewest } = createSeal(keysOf(env, 'VITRYLO_SECRETS_KEY'), 'vitrylo telephony exchanges')
  return {
    seal: (secret, pbxId) => (secret === '' ? '' : seal(secret, pbxId).toString('base64')),
    open: (sealed, pbxId) => (sealed === '' ? '' : open(Buffer.from(sealed, 'base64'), pbxId)),
    isNewest: (sealed, pbxId) => isNewest(Buffer.from(sealed, 'base64'), pbxId),
  }
}
