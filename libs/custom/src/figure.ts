/** `1 234,5` as people write it here: `1234.5`. */
export const figureOf = (text: string): string => text.replaceAll(/[\s\u00a0\u202f]/g, '').replace(',', '.')

/** `1,234` and `12.500`: thousands to some and a part of one to others. A sum a thousand times too small is noticed by nobody. */
export const isUnclear = (text: string): boolean => /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(text.trim())

/** Why such a figure is refused, and how to write either. */
export const UNCLEAR: [rule: string, description: string] = ['unclear', 'may be 1200 or 1.2: write thousands as 1200 or 1 200, a part with another zero, as 1.2000']
