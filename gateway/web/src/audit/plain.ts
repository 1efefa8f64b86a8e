/** Marks that turn the direction of a text are seen as what they are: here one looks for what somebody hid. */
export const revealed = (text: string): string => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)

const revealedIn = (value: unknown): unknown => {
  if (typeof value === 'string') return revealed(value)
  if (Array.isArray(value)) return value.map(revealedIn)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revealedIn(one)])) : value
}

/** A value as it is kept: `value`, or `cut`, what is left of one that was too long to be kept whole. Hidden marks are seen in both. */
export function keptValue(json: string): { value: unknown } | { cut: string } {
  try {
    return { value: revealedIn(JSON.parse(json)) }
  } catch {
    return { cut: revealed(json.replace(/^"|…$/g, '')) }
  }
}
