import { inSpan } from '@vitrylo/telemetry'

const MAX_SUMMARIES = 5_000
const TEXT_LETTERS = 1_000
const summaries = new Map<string, string>()

/** Runs a statement in a span of its own. Its text has placeholders; the values, which are people's data, stay out. */
export function traced<T>(text: string, run: () => Promise<T>): Promise<T> {
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, TEXT_LETTERS) }
  return inSpan(summaryOf(text), { kind: 'client', attributes }, run)
}

const CHANGE = /\b(insert into|delete from|(?<!for |do )update) ([a-z_][a-z_.]*)/
const READ = /\b(select)\b[^]*?\bfrom ([a-z_][a-z_.]*)(?!\()/

/** `insert outbox`, `select counterparty`: few names, so that spans can be counted by them. */
function summaryOf(text: string): string {
  let summary = summaries.get(text)
  if (summary === undefined) {
    if (summaries.size >= MAX_SUMMARIES) summaries.clear()
    // What changes something names the statement, wherever it stands: `with … insert into outbox …`.
    const [, verb, table] = CHANGE.exec(text) ?? READ.exec(text) ?? /^\s*(\w+)/.exec(text) ?? []
    summary = table === undefined ? (verb ?? 'statement') : `${verb!.replace(/ .*/, '')} ${table}`
    summaries.set(text, summary)
  }
  return summary
}
