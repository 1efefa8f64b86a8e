/** What is handed over, in the order in which it is shown; each is known to one service, which tells when it has moved. */
export const KINDS: readonly string[] = [
  'counterparties', 'caretakers', 'interactions', 'counterparty-shares', 'opportunities', 'opportunity-shares', 'requests', 'request-shares',
  'departments', 'saved-filters', 'delegations', 'memberships', 'integration-accounts',
]

/** What ends with the hand-over. */
export const TO_NOBODY: readonly string[] = ['memberships']

/** What gives rights: none of it stays, and none is chosen one by one. */
export const RIGHTS: readonly string[] = ['memberships', 'delegations', 'integration-accounts']

/** Sections whose records it moves. */
export const MOVED: readonly string[] = ['counterparties', 'interactions', 'opportunities', 'requests', 'employees']
