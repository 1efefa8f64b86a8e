// Why a request came to its owner is told as it was decided, whatever is known of the client since.
import { expect, test } from '@jest/globals'
import type { Request } from '../web/src/api/types.ts'
import { reasonLong } from '../web/src/requests/reason-long.ts'

const t = ((key: string | string[]) => [key].flat()[0]) as unknown as Parameters<typeof reasonLong>[1]
const told = (request: object, routing: object): string[] =>
  reasonLong({ callId: 'c', counterpartyId: '', missedCall: false, ...request, routing: { group: '', queue: 'default', skipped: [], openRequests: 0, ...routing } } as unknown as Request, t, { queueTitle: String, groupTitle: String })
    .filter(({ met }) => !met)
    .map(({ text }) => text.replace('routing.skipped.', ''))

// As a user met it: a client who was named later was told to have had no responsible employee.
test('a client who was found out later was not known when the owner was chosen', () => {
  expect(told({ counterpartyId: 'later' }, { rule: 'answered' })).toEqual(['noClient'])
  expect(told({ counterpartyId: 'known' }, { rule: 'answered', skipped: ['responsible'] })).toEqual(['responsible'])
  expect(told({ counterpartyId: 'known' }, { rule: 'assigned' })).toEqual([])
  // As the release before stored it.
  expect(told({}, { rule: 'answered', skipped: ['responsible'] })).toEqual(['noClient'])
})

// As a user met it: nobody in the group of the default queue was told to be free, and it has none.
test('a queue without a group has nobody in it to be free; nobody answered a missed call', () => {
  expect(told({}, { rule: 'branch', skipped: ['queue-group'] })).toEqual(['noClient', 'noGroup'])
  expect(told({ missedCall: true }, { rule: 'branch', group: 'sales', skipped: ['answered', 'queue-group'] })).toEqual(['noClient', 'nobodyAnswered', 'queue-group'])
})
