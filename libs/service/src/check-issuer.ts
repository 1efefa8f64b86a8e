import type { BaseConfig } from './config.ts'
import type { Readiness } from './readiness.ts'
import { Refusal } from './settings.ts'

const TIMEOUT_MS = 2_000
const AGAIN_MS = 3_000

type Options = { config: Pick<BaseConfig, 'oidcIssuer' | 'oidcInternalUrl'>; readiness: Readiness; signal: AbortSignal }

/**
 * Refuses an issuer that calls itself otherwise: its tokens would all be refused later on. One that does not answer is
 * asked again beside the work: what is signed in already goes on without it. A realm that is not there yet is waited for.
 */
export async function checkIssuer({ config, readiness, signal }: Options): Promise<void> {
  let finding = await judge(config)
  if (finding.wrong !== undefined) throw new Refusal(finding.wrong)
  if (isFine(finding)) return
  readiness.note(() => finding.away)
  readiness.need(() => finding.wrong ?? finding.missing)
  const timer = setInterval(async () => {
    finding = await judge(config)
    if (isFine(finding)) clearInterval(timer)
  }, AGAIN_MS)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

type Finding = { away?: string; missing?: string; wrong?: string }

const isFine = (finding: Finding): boolean => Object.keys(finding).length === 0

async function judge({ oidcIssuer, oidcInternalUrl }: Options['config']): Promise<Finding> {
  try {
    const answer = await fetch(`${oidcInternalUrl}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (answer.status === 404) return { missing: `no realm is at ${oidcInternalUrl} (VITRYLO_OIDC_INTERNAL_URL); run the command realm, or name the right one` }
    if (!answer.ok) return { away: `the identity provider at ${oidcInternalUrl} answers ${answer.status}` }
    const { issuer } = (await answer.json()) as { issuer?: unknown }
    if (issuer === oidcIssuer) return {}
    return { wrong: `setting VITRYLO_OIDC_ISSUER is ${oidcIssuer}, but the identity provider at ${oidcInternalUrl} calls itself ${issuer}` }
  } catch {
    return { away: `the identity provider at ${oidcInternalUrl} does not answer` }
  }
}
