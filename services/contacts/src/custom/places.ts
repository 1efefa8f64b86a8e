import type { CustomPlaces } from '@vitrylo/custom'

/** Where records with custom fields are. */
export const customPlaces = { counterparties: { table: 'counterparty', living: 'deleted_at is null' }, 'contact-persons': { table: 'contact_person' } } satisfies CustomPlaces
