import { inSpan } from '@vitrylo/telemetry'

const MAX_SUMMARIES = 5_000
const TEXT_LETTERS = 1_000
const summaries = new Map<string, string>()

/** Runs a statement in a span of its own. Its text has placeholders; the values, which are people's data, stay out. */
export function traced<T>(text: string, run: () => Promise<T>): Promise<T> {
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, TEXT_LETTERS) }
  return inSpan(summaryOf(text), { kind: 'client', attributes }, run)
}

/** `insert outbox`, `select counterparty`: few names, so that spans can be counted by them. */
function summaryOf(text: string): string {
  let summary = summaries.get(text)
  if (summary === undefined) {
    if (summaries.size >= MAX_SUMMARIES) summaries.clear()
    const verb = /^\s*(?:with\b[^]*?\)\s*)?(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'statement'
    const table = /\b(?:from|into|update)\s+([a-z_][a-z_.]*)/i.exec(text)?.[1]
    summary = table === undefined ? verb : `${verb} ${table}`
    summaries.set(text, summary)
  }
  return summary
}
