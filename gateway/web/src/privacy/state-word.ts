import type { SubjectRequest } from '../api/types.ts'

/** A preview that nobody decided on is not a thing that is ready. */
export const stateWord = ({ kind, state }: Pick<SubjectRequest, 'kind' | 'state'>): string =>
  kind === 'erasure' && (state === 'ready' || state === 'expired') ? `words.subjectState.erasure-${state}` : `words.subjectState.${state}`
