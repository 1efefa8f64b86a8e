// H4 and the hostile names of H11: five hundred strings through filter, order, search and names are refused or plain text, and no statement has another shape for them.
import { describe, expect, test } from '@jest/globals'
import { randomOf } from '../../../libs/lists/test/random.ts'
import type { Stage } from './stage.ts'

const SEED = Number(process.env.VITRYLO_SEED ?? 1991)
const STRINGS = 500
const MARKS = /[\u202e\u2066\u2069]/g

const SEEDS = [
  "' OR '1'='1", "'; drop table counterparty; --", '" OR 1=1 --', "') OR ('a'='a", '1; select pg_sleep(10)', "'||pg_read_file('/etc/passwd')||'", "$$;select 1;$$", '$1', '$1::text', "E'\\\\x27'", '\\', "\\'", '%', '_%_', "%' ESCAPE '",
  'a.*(a+)+$', '(?:a|a)*b', '[[:alpha:]]', '*', '+', '{{7*7}}', '${7*7}', '<%= 7*7 %>', '#{7*7}', '__proto__', 'constructor.prototype', 'toString', '{"$gt":""}', '[$ne]=1', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', 'javascript:alert(1)',
  '=1+1', '+1+1', '-1+1', '@SUM(A1)', '=cmd|\'/c calc\'!A1', '\t=1', '\r=1', '＝1+1', '\u202Eexe.doc', '\u2066abc\u2069', 'a\u200Bb', '\uFEFFx', 'І\u0301', 'ё', 'İstanbul', 'ﬀ', 'Ａ', '\u0000', '\uFFFD', '💥', '../../etc/passwd', '..%2f', '%00', '%27', '&lt;', '\r\nBcc: x@y.z', 'file:///etc/passwd',
  'now()', 'current_user', 'NULL', 'null', 'true', 'me', 'today', 'AND', 'OR', 'NOT', '()', '((((((((((', ')', '"', "'", '"""', 'a = b = c', 'displayName', 'displayName =', '= "x"', 'displayName="a" AND', 'displayName desc; drop', 'displayName desc, displayName', 'id asc', 'random()', '1', '(select 1)',
  'displayName desc nulls first', 'c.display_name', '"c"."note"', 'custom.a; --', 'custom."x"', "custom.x' OR '1'='1", 'openOpportunities.amount)', 'tags:*', 'tags:"a" OR 1=1', 'a--b', '/*', '*/', '/**/OR/**/1=1', 'x\u2028y', 'x\u2029y',
]

/** Each seed as it is, and bent: doubled, in quotes, with a tail, in other letters. */
function corpus(): string[] {
  const r = randomOf(SEED)
  const bend: ((text: string) => string)[] = [(text) => text + text, (text) => `"${text}"`, (text) => `'${text}'`, (text) => `${text}${r.pick(SEEDS)}`, (text) => `${text} ${r.pick(SEEDS)}`, (text) => text.toUpperCase(), (text) => `а${text}б`, (text) => text.normalize('NFD')]
  const found = new Set(SEEDS)
  while (found.size < STRINGS) found.add(r.pick(bend)(r.pick(SEEDS)).slice(0, 120))
  return [...found]
}

export function hostileWords(on: () => Stage): void {
  describe('of five hundred hostile strings', () => {
    const strings = corpus()
    const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    const ask = async (query: Record<string, string>, path = '/api/v1/counterparties') => on().firm.call('GET', `${path}?${new URLSearchParams(query)}`)

    test('none makes a statement of another shape, as a value, as a filter, as an order or as what is searched for', async () => {
      const shapes = listen(on())
      for (const word of ['звичайне', 'two words', 'one two three', 'a b c d', 'a b c d e', 'a b c d e f g h', '0671234567', 'a@b.co', 'Ґава-1', '12', 'x']) {
        await ask({ filter: `displayName=${quoted(word)}` })
        await ask({ filter: `displayName:${quoted(word)}` })
        await ask({ q: word }, '/api/v1/counterparties:search')
      }
      await ask({})
      const usual = shapes.heard()
      const skeletons = new Set([...usual].map(skeletonOf))
      const wrong: string[] = []
      let refused = 0
      const left = [...strings]
      const work = async (): Promise<void> => {
        for (let text = left.pop(); text !== undefined; text = left.pop()) {
          const answers: [string, number][] = []
          for (const [how, query] of [['=', { filter: `displayName=${quoted(text)}` }], [':', { filter: `displayName:${quoted(text)}` }], ['filter', { filter: text }], ['order', { orderBy: text }]] as const) answers.push([how, (await ask(query)).status])
          answers.push(['search', (await ask({ q: text }, '/api/v1/counterparties:search')).status])
          for (const [how, status] of answers) {
            if (status !== 200 && status !== 400) wrong.push(`${how} ${JSON.stringify(text)}: ${status}`)
            if (status === 400) refused++
          }
        }
      }
      await Promise.all(Array.from({ length: 6 }, work))
      const fresh = [...shapes.heard()].filter((shape) => !usual.has(shape))
      shapes.stop()
      expect(wrong).toEqual([])
      expect(fresh.filter((shape) => strings.some((text) => text.length > 5 && shape.includes(text) && ![...usual].some((known) => known.includes(text))))).toEqual([])
      // Some string may be a right filter by chance: `tags:*`.
      expect(new Set(fresh.map(skeletonOf).filter((shape) => !skeletons.has(shape))).size).toBeLessThan(4)
      expect(refused).toBeGreaterThan(STRINGS)
    })

    test('each comes back as it was given, or is refused; a name loses marks of direction and nothing else', async () => {
      const { firm } = on()
      const wrong: string[] = []
      await Promise.all([0, 1, 2, 3].map(async (worker) => {
        for (const text of strings.filter((_text, n) => n % 4 === worker)) {
          const made = await firm.call('POST', '/api/v1/counterparties', { kind: 'person', displayName: text, note: text })
          if (made.status === 400 && (text.includes('\u0000') || text.replace(MARKS, '').trim() === '')) continue
          const read = made.status === 200 ? (await firm.call('GET', `/api/v1/counterparties/${made.json.id}`)).json : undefined
          if (read?.note !== text || read?.displayName.normalize('NFC') !== text.replace(MARKS, '').trim().normalize('NFC')) wrong.push(`${JSON.stringify(text)}: ${made.status} ${JSON.stringify(read?.displayName ?? made.json)}`)
        }
      }))
      expect(wrong.slice(0, 20)).toEqual([])
      expect(({} as Record<string, unknown>).prototype).toBeUndefined()
    })
  })
}

/** A search asks for each word by its kind: how many there are, and of which, is no other shape. */
const skeletonOf = (shape: string): string =>
  shape
    .replaceAll(/\$\d+/g, '$')
    .replaceAll(/(?:c\.search like (?:\$|any\(\$::text\[\]\)))(?: and c\.search like (?:\$|any\(\$::text\[\]\)))*/g, '(words)')
    .replaceAll(/(?:word_similarity\(\$, c\.own_search\) >= \$|' ' \|\| c\.own_search like \$)(?: and (?:word_similarity\(\$, c\.own_search\) >= \$|' ' \|\| c\.own_search like \$))*/g, '(alike)')
    .replaceAll(/word_similarity\(\$, c\.name_key\)(?: \+ word_similarity\(\$, c\.name_key\))*/g, '(likeness)')

/** The texts of all statements on counterparties that this process sends: all its connections are of one class. */
function listen({ firm }: Stage) {
  const heard = new Set<string>()
  const { prototype } = (firm.pools.contacts as unknown as { Client: { prototype: { query(...given: any[]): unknown } } }).Client
  const { query } = prototype
  prototype.query = function (this: unknown, ...given) {
    const text = typeof given[0] === 'string' ? given[0] : given[0]?.text
    if (typeof text === 'string' && text.includes('counterparty c')) heard.add(text)
    return query.apply(this, given)
  }
  return { heard: () => new Set(heard), stop: () => void (prototype.query = query) }
}
