/** Something that is known of a set, and what the product says of it. */
export type Figure = { name: string; known: string; found: string }

export const figure = (name: string, known: string | number, found: string | number): Figure =>
  ({ name, known: String(known), found: String(found) })

export const allRight = (figures: readonly Figure[]): boolean => figures.every(({ known, found }) => known === found)

/** Lines for a person: what, known, found, and a mark where they differ. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = [{ name: '', known: 'known', found: 'found' }, ...figures]
  const width = (of: keyof Figure) => Math.max(...lines.map((line) => line[of].length))
  const [name, known, found] = [width('name'), width('known'), width('found')]
  return lines
    .map((line) => `  ${line.name.padEnd(name)}  ${line.known.padStart(known)}  ${line.found.padStart(found)}${figures.includes(line) && line.known !== line.found ? '  <- differs' : ''}`)
    .join('\n')
}
