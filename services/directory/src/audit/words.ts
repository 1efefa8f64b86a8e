import { contract } from '@vitrylo/service'

let words: ReadonlyMap<string, string> | undefined

/** `"REQUEST_STATE_CLOSED"` -> `"closed"`: values are kept as events write them, and given as the API speaks. */
export function inWords(json: string): string {
  words ??= new Map([...contract().contract.registry].flatMap((type) => (type.kind === 'enum' ? (type.values as { name: string; jsonName?: string }[]).map(({ name, jsonName = name }) => [name, jsonName] as const) : [])))
  return json.replaceAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g, (whole, name: string) => (words!.has(name) ? `"${words!.get(name)}"` : whole))
}
