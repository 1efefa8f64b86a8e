import { takenCustomField } from '@vitrylo/custom'
import { AppError, type Code } from '@vitrylo/errors'

type Meaning = { code: Code; reason: string; message: string; metadata?: Record<string, string> }

const taken = (field: string): Meaning => ({ code: 'ALREADY_EXISTS', reason: 'TAKEN', message: `${field} is taken by another record`, metadata: { field } })

const CHART_TAKEN: Meaning = {
  code: 'FAILED_PRECONDITION', reason: 'CHART_TAKEN', message: 'others stand above it on some of these days, or it would come to stand above itself; end that relation first',
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  counterparty_external_id_unique: taken('externalId'),
  contact_person_external_id_unique: taken('externalId'),
  // Two requests of one program at once: the later one finds the card that the first has put.
  card_name_unique: { code: 'ABORTED', reason: 'ETAG_MISMATCH', message: 'there is a card of this name already' },
  card_uid_unique: { code: 'ALREADY_EXISTS', reason: 'UID_TAKEN', message: 'a card with this UID is there under another name' },
  relation_once: { code: 'ALREADY_EXISTS', reason: 'RELATION_EXISTS', message: 'the two stand in this relation on some of these days already' },
  // Who stands above is not told, nor whether they stand below at the same time: the caller may not see those between.
  relation_one_above: CHART_TAKEN,
  relation_acyclic: CHART_TAKEN,
  relation_kind_known: { code: 'FAILED_PRECONDITION', reason: 'RELATION_KIND_IN_USE', message: 'there are relations of this kind; set it aside instead' },
}

function meaningOf(constraint: string): Meaning | undefined {
  const field = takenCustomField(constraint)
  if (field !== undefined) return taken(field)
  return Object.hasOwn(MEANINGS, constraint) ? MEANINGS[constraint] : undefined
}

/** What a broken constraint means for the caller. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { constraint = '' } = error as { constraint?: string }
    const meaning = meaningOf(constraint)
    if (meaning === undefined) throw error
    const { code, reason, message, metadata = {} } = meaning
    throw new AppError(code, reason, message, metadata, [], error)
  }
}
