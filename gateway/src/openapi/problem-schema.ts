import type { Schema } from '../contract/rules.ts'

const text: Schema = { type: 'string' }

/** What every refusal looks like. */
export const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457. `reason` and the keys of `metadata` are stable; texts are not.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'reason', 'metadata', 'errors', 'traceId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: text,
    code: { ...text, description: 'A gRPC status name.' },
    reason: text,
    metadata: { type: 'object', additionalProperties: text },
    traceId: { ...text, description: 'Trace id of W3C Trace Context; stands in the log, too.' },
    errors: {
      type: 'array',
      description: 'Every field that is wrong, not only the first.',
      items: {
        type: 'object',
        required: ['field', 'rule', 'description'],
        properties: {
          field: text, rule: text, description: text,
          params: { type: 'object', description: 'What the rule asks for, where a figure or an example says it: `min`, `max`, `example`.', additionalProperties: text },
        },
      },
    },
  },
}
