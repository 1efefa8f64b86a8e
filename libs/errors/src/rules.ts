/** One small vocabulary for clients, whoever refused: Ajv in the gateway or protovalidate in the service. */
const RULES: Record<string, string> = {
  minLength: 'length', maxLength: 'length', len: 'length', min_len: 'length', max_len: 'length',
  len_bytes: 'length', min_bytes: 'length', max_bytes: 'length',
  pattern: 'format', format: 'format', email: 'format', uuid: 'format', hostname: 'format', ip: 'format',
  ipv4: 'format', ipv6: 'format', uri: 'format', uri_ref: 'format', tuuid: 'format', address: 'format',
  minimum: 'range', maximum: 'range', exclusiveMinimum: 'range', exclusiveMaximum: 'range',
  gt: 'range', gte: 'range', lt: 'range', lte: 'range', gt_lt: 'range', gte_lte: 'range', gt_lte: 'range',
  gte_lt: 'range', gt_lt_exclusive: 'range', gte_lte_exclusive: 'range', gt_lte_exclusive: 'range',
  gte_lt_exclusive: 'range', finite: 'range',
  enum: 'choice', const: 'choice', in: 'choice', not_in: 'choice', defined_only: 'choice',
  minItems: 'count', maxItems: 'count', minProperties: 'count', maxProperties: 'count',
  min_items: 'count', max_items: 'count', min_pairs: 'count', max_pairs: 'count',
  uniqueItems: 'unique', additionalProperties: 'unknown', 'false schema': 'oneof',
}

/** `string.max_len`, `maxLength` -> `length`; `string.uuid_empty` -> `required`. Outside the table: the last word. */
export function ruleOf(id: string): string {
  const last = id.slice(id.lastIndexOf('.') + 1)
  if (last.endsWith('_empty')) return 'required'
  return RULES[last] ?? last
}
