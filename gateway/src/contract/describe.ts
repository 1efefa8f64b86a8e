/** Texts that a pattern of the contract takes. A pattern without one stops the tests: whoever is refused must see how it is written. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$': '2026-03-04',
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}$': '2026-03-04',
  T: '2026-03-04T09:30:00Z',
  '^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{8,38}$': 'UA213223130000026007233566001',
  '^([A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{8,38})?$': 'UA213223130000026007233566001',
  '^([0-9]{6})?$': '322313',
  '^([A-Z]{2})?$': 'UA',
  '^([A-Z]{3})?$': 'UAH',
  '^[A-Z]{3}$': 'UAH',
  '^([a-z]{2})?$': 'uk',
  '^-?[0-9]+(\\.[0-9]{1,6})?$': '1200.50',
  '^-?[0-9]{1,19}$': '42',
  '^[0-9A-ZА-ЯІЇЄҐ]{0,10}$': 'КИВ',
  '^[+]?[0-9]{0,20}$': '+380671234567',
  '^[0-9A-Za-z_-]{0,40}$': '1001',
  '^[A-Za-z0-9_-]{0,80}$': 'from-internal',
  '^([A-Za-z0-9][A-Za-z0-9._-]*)?$': 'vitrylo-integration',
  '^[a-z0-9][a-z0-9._@-]*$': 'olena.koval',
  '^[a-z0-9][a-z0-9-]*$': 'sales-managers',
  '^[a-z0-9][a-z0-9_-]{0,39}$': 'north',
  '^[a-z][a-z0-9_]{0,39}$': 'contract_no',
  '^[a-z][a-z-]{0,39}$': 'counterparties',
  '^[a-z-]*$': 'counterparties',
  '^[a-z0-9-]{1,60}$': 'clients',
  '^(\\*|scim|(\\*|[a-z][a-z-]*):(\\*|[a-z][a-z-]*))$': 'counterparties:view',
  '^[,;\t]?$': ';',
  '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$': '0198f2a4-5b6c-7d8e-9f01-23456789abcd',
  '^$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$': '0198f2a4-5b6c-7d8e-9f01-23456789abcd',
  'date-time': '2026-03-04T09:30:00Z',
  email: 'olena@example.com',
}

/** `(a|b)` is a choice of words. */
const WORDS = /^\^\(([a-z0-9-]+(?:\|[a-z0-9-]+)+)\)\??\$$/

export const exampleOf = (pattern: string): string | undefined => EXAMPLES[pattern] ?? WORDS.exec(pattern)?.[1]?.split('|')[0]

type Told = { description: string; params?: Record<string, string> }

const counted = (count: unknown, what: string): string => `${count} ${what}${Number(count) === 1 ? '' : 's'}`

const limit = (side: 'min' | 'max', value: unknown, description: string): Told => ({ description, params: { [side]: String(value) } })

/** What the value must be like: the limit or an example, as words and as figures that clients put into their own language. Undefined: another rule. */
export function describeRule(keyword: string, params: Record<string, unknown>, isWhole = false): Told | undefined {
  const value = params['limit']
  switch (keyword) {
    case 'minLength': return limit('min', value, `must have at least ${counted(value, 'character')}`)
    case 'maxLength': return limit('max', value, `must have at most ${counted(value, 'character')}`)
    case 'minItems': case 'minProperties': return limit('min', value, `must have at least ${counted(value, 'value')}`)
    case 'maxItems': case 'maxProperties': return limit('max', value, `must have at most ${counted(value, 'value')}`)
    case 'minimum': return limit('min', value, `must be ${value} or more`)
    case 'maximum': return limit('max', value, `must be ${value} or less`)
    // Words of clients say "at least": of whole numbers the next one, of others no figure.
    case 'exclusiveMinimum': return isWhole ? describeRule('minimum', { limit: Number(value) + 1 }) : { description: `must be more than ${value}` }
    case 'exclusiveMaximum': return isWhole ? describeRule('maximum', { limit: Number(value) - 1 }) : { description: `must be less than ${value}` }
    case 'pattern': return like(String(params['pattern']))
    case 'format': return like(String(params['format']))
    default: return undefined
  }
}

function like(pattern: string): Told | undefined {
  const words = WORDS.exec(pattern)?.[1]?.replaceAll('|', ', ')
  if (words !== undefined) return { description: `must be one of ${words}` }
  const example = exampleOf(pattern)
  return example === undefined ? undefined : { description: `must look like ${example}`, params: { example } }
}
