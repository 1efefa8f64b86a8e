/** An enum as ts-proto writes it: `{ RINGING: 'CALL_STATE_RINGING', … }`. */
type StringEnum = Readonly<Record<string, string>>

type Table = { word: Map<string, string>; value: Map<string, string> }

const tables = new WeakMap<StringEnum, Table>()

/** `CALL_STATE_IN_PROGRESS` -> `in-progress`: the word that REST and SQL use. */
export function wordOf<E extends StringEnum>(of: E, value: E[keyof E]): string {
  return tableOf(of).word.get(value) ?? unknown(of, value)
}

/** `in-progress` -> `CALL_STATE_IN_PROGRESS`. */
export function fromWord<E extends StringEnum>(of: E, word: string): E[keyof E] {
  return (tableOf(of).value.get(word) ?? unknown(of, word)) as E[keyof E]
}

/** Every word of an enum but those for "not set" and "not known": what a filter may ask for. */
export function wordsOf(of: StringEnum): string[] {
  return [...tableOf(of).value.keys()].filter((word) => word !== 'unspecified' && word !== 'unrecognized')
}

function tableOf(of: StringEnum): Table {
  const known = tables.get(of)
  if (known !== undefined) return known
  const table: Table = { word: new Map(), value: new Map() }
  for (const [key, value] of Object.entries(of)) {
    const word = key.toLowerCase().replaceAll('_', '-')
    table.word.set(value, word)
    table.value.set(word, value)
  }
  tables.set(of, table)
  return table
}

function unknown(of: StringEnum, text: string): never {
  throw new TypeError(`"${text}" is none of ${Object.keys(of).join(', ')}`)
}
