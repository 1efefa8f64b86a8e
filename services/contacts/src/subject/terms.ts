/** So long it may have to be proved that somebody agreed: the general period of limitation, article 257 of the Civil Code of Ukraine. */
export const CONSENT_PROOF_YEARS = 3

/** So long a file can be taken, and a preview of an erasure decided on. */
export const REQUEST_DAYS = 7

/** Who has to answer: every service that keeps data of persons. */
export const KEEPERS = ['contacts', 'sales', 'service-desk', 'telephony', 'directory'] as const
