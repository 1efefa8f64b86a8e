/** Each service keeps the rules for its own records. `least`: months that the law, or somebody's claim, may ask for. */
export type RuleArea = { path: string; resources: readonly string[]; least: number }

export const AREAS = {
  contacts: { path: 'retention-rules', resources: ['counterparties', 'interactions'], least: 1 },
  opportunities: { path: 'opportunity-retention-rules', resources: ['opportunities'], least: 36 },
  requests: { path: 'request-retention-rules', resources: ['requests'], least: 36 },
  calls: { path: 'call-retention-rules', resources: ['calls'], least: 1 },
  signIns: { path: 'sign-in-retention-rules', resources: ['sign-ins'], least: 1 },
} as const satisfies Record<string, RuleArea>

/** A condition that records of each kind know. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  counterparties: 'vip = false', interactions: 'kind = call', opportunities: 'state = lost', requests: 'channel = form', calls: 'direction = inbound', 'sign-ins': 'employeeId = null',
}

export const areas = Object.keys(AREAS) as (keyof typeof AREAS)[]
