import { bareHeader } from './suggest.ts'

/** The values of a list, and how a file may call them. */
export type Choices<T> = {
  /** Undefined for a text that names none. */
  of(text: string): T | undefined
  /** The words of the interface, for reasons. */
  words: readonly string[]
}

/** `values`: word of the interface -> value; `names`: word -> how people call it, by commas. Compared by letters and digits alone. */
export function choicesOf<T>(values: ReadonlyMap<string, T>, names: Readonly<Record<string, string>>): Choices<T> {
  const known = new Map([...values].flatMap(([word, value]) => [word, ...(names[word]?.split(',') ?? [])].map((name): [string, T] => [bareHeader(name), value])))
  return { of: (text) => known.get(bareHeader(text)), words: [...values.keys()] }
}
