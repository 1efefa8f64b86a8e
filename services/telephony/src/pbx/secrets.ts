import { createSeal, required, type Env } from '@vitrylo/service'

export type PbxSecrets = {
  /** What is stored; '' stays ''. */
  seal(secret: string, pbxId: string): string
  open(sealed: string, pbxId: string): string
}

/** Secrets of exchanges rest encrypted, by the setting VITRYLO_SECRETS_KEY of the installation. */
export function pbxSecrets(env: Env): PbxSecrets {
  const { seal, open } = createSeal(required(env, 'VITRYLO_SECRETS_KEY'), 'vitrylo telephony exchanges')
  return {
    seal: (secret, pbxId) => (secret === '' ? '' : seal(secret, pbxId).toString('base64')),
    open: (sealed, pbxId) => (sealed === '' ? '' : open(Buffer.from(sealed, 'base64'), pbxId)),
  }
}
