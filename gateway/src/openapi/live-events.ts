import type { Schema } from '../contract/rules.ts'

/** The stream of live events has no RPC behind it, so it is described by hand. */
export const LIVE_EVENTS: Schema = {
  get: {
    operationId: 'streamEvents',
    tags: ['live'],
    summary: 'What happens now, as server-sent events.',
    description:
      'Each event has `id` (position), `event` (full name of the message) and `data`: {"id","type","time","key","data"}. ' +
      'A caller gets what their rights show. After a lost connection `Last-Event-ID` goes on where it broke, for 24 hours; ' +
      'older positions, and what a bulk change leaves out, get one `resync` event: read the lists again. A comment every 15 s keeps the connection.',
    parameters: [
      { name: 'Last-Event-ID', in: 'header', description: 'Position to go on from.', schema: { type: 'string' } },
    ],
    'x-vitrylo-access': { section: '', action: 'signed-in' },
    responses: {
      200: { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      default: { $ref: '#/components/responses/Problem' },
    },
  },
}
