/** Marks that turn the direction of a text are seen as what they are: here one looks for what somebody hid. */
const revealed = (text: string): string => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)

/** A value as it is kept, as text: `"Одеса"` -> Одеса, a list as its parts. */
export function plain(json: string): string {
  if (json === '') return ''
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'string') return revealed(value)
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? revealed(value.join(', ')) : revealed(json)
  } catch {
    return revealed(json) // it was cut
  }
}
