import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { AuditChain } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'

/** Whether the log is whole, as far as it was looked through. */
export function ChainLine() {
  const { t } = useTranslation()
  const { data: chain } = useQuery({ queryKey: ['audit-chain'], queryFn: ({ signal }) => get<AuditChain>('audit-chain', undefined, signal) })
  if (!chain) return null
  // Entries without a signature may be a forger's: as bad as a broken chain.
  const unsigned = Number(chain.unsignedFrom) > 0
  if (unsigned || chain.problem !== '') {
    const word = unsigned ? t('audit.unsigned', { from: number(chain.unsignedFrom), to: number(chain.lastNo) }) : t('audit.broken')
    return <span role="alert"><Status tone="bad" title={chain.problem}>{word}</Status> <span className="meta">{chain.problem}</span></span>
  }
  const state = chain.verifiedTime ? t('audit.whole', { no: number(chain.verifiedNo), time: dateTime(chain.verifiedTime) }) : t('audit.notYet')
  // Without a key nothing is signed, which nobody needs to look at.
  const keyless = chain.publicKey === '' && Number(chain.lastNo) > 0
  return (
    <span>
      <Status tone={chain.verifiedTime ? 'good' : 'neutral'} title={chain.signedEnd || `${chain.lastNo}:${chain.lastHash}`}>{state}</Status>
      {keyless ? <span className="meta"> · {t('audit.keyless')}</span> : null}
    </span>
  )
}
