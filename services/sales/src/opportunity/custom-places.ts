import type { CustomPlaces } from '@vitrylo/custom'

/** Where records with custom fields are. */
export const customPlaces = { opportunities: { table: 'opportunity' } } satisfies CustomPlaces
