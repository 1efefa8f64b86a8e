/** A statement or a piece of one. Values never become text; they travel as $1, $2… */
export class Sql {
  readonly strings: readonly string[]
  readonly values: readonly unknown[]
  #text: string | undefined

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.strings = strings
    this.values = values
  }

  get text(): string {
    return (this.#text ??= this.strings.reduce((text, part, i) => `${text}$${i}${part}`))
  }
}

/** sql`select … where id = ${id} and ${scope}`: nested pieces are spliced in, everything else becomes a parameter. */
export function sql(template: readonly string[], ...inputs: unknown[]): Sql {
  const strings = [template[0] ?? '']
  const values: unknown[] = []
  for (const [i, input] of inputs.entries()) {
    const after = template[i + 1] ?? ''
    if (input instanceof Sql) {
      strings.push(strings.pop() + (input.strings[0] ?? ''), ...input.strings.slice(1))
      strings.push(strings.pop() + after)
      values.push(...input.values)
    } else {
      strings.push(after)
      values.push(input)
    }
  }
  return new Sql(strings, values)
}

sql.empty = new Sql([''], [])

/** sql.join(conditions, ' and '): pieces are spliced, other inputs become parameters. */
sql.join = (parts: readonly unknown[], separator = ', '): Sql => {
  if (parts.length === 0) return sql.empty
  return sql(['', ...Array<string>(parts.length - 1).fill(separator), ''], ...parts)
}
