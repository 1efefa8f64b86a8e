/** NIST SP 800-63B-4, 3.1.1.2: of a password that stands alone. In characters, whatever the alphabet. */
export const SHORTEST = 15
/** Longer ones are cut by the sign-in page. */
export const LONGEST = 256

/** `own`: the person's names, login, address of the firm; `row`: of the keyboard or the alphabet. */
export type Fault = 'short' | 'long' | Guessable | 'same' | 'different'
export type Guessable = 'own' | 'common' | 'row' | 'repeat'

type Wish = { /** Absent where it is not known: at a link. */ present?: string; next: string; again: string; about: { username: string; name: string; email: string | null }; host: string }

/** What is wrong with a new password; no kinds of characters are asked for, and it never has to be changed by a date. */
export async function faultOf({ present, next, again, about, host }: Wish): Promise<Fault | undefined> {
  const password = next.normalize('NFKC')
  const length = [...password].length
  if (length < SHORTEST) return 'short'
  if (length > LONGEST) return 'long'
  if (password === present?.normalize('NFKC')) return 'same'
  const parts = [about.username, ...about.username.split(/[._-]/), ...namesOf(about.name), ...(about.email?.split(/[@.]/) ?? []), ...host.split(/[.:]/)]
  const names = parts.map((word) => word.normalize('NFKC').toLowerCase()).filter((word) => word.length > 2)
  return guessableBy(password, names) ?? (await estimated(password, names)) ?? (password === again.normalize('NFKC') ? undefined : 'different')
}

/** Each name as it is written and as in a passport. */
const namesOf = (name: string): string[] =>
  name.split(/[\s’'-]+/).flatMap((part) => [part, [...part.toLowerCase()].map((letter) => LATIN[letter] ?? letter).join('')])

// Inside a word; at its beginning є, ї, й, ю and я have a y, which is one letter more to leave.
const LATIN: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i', к: 'k', л: 'l', м: 'm',
  н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ь: '', ю: 'iu', я: 'ia',
}

// Words that the list of leaked passwords lacks or has only with capitals and figures, in our languages.
const COMMON = [
  'password', 'passw0rd', 'p@ssword', 'parol', 'пароль', 'vitrylo', 'вітрило', 'qwerty', 'йцукен', 'admin', 'welcome', 'iloveyou', 'letmein', 'monkey', 'dragon', 'login', 'secret', 'ukraine', 'україна', 'ukraina',
  'kyiv', 'київ', 'привіт', 'люблю', 'summer', 'winter', 'football', 'baseball', 'princess', 'sunshine', 'superman', 'batman', 'shadow', 'master', 'michael', 'jordan', 'jennifer', 'charlie', 'daniel',
  'слава', 'україн', 'героям', 'slava', 'ukrain', 'geroyam', 'heroyam', 'харків', 'одеса', 'львів', 'дніпро', 'kharkiv', 'odesa', 'lviv', 'dnipro', 'кохан', 'сонечко', 'динамо', 'шевченко',
]
const ROWS = ['01234567890', '09876543210', 'abcdefghijklmnopqrstuvwxyz', 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'йцукенгшщзхї', 'фівапролджє', 'ячсмитьбю', '1q2w3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0', '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p', 'qazwsxedcrfvtgbyhnujmikolp', 'zaqxswcdevfrbgtnhymjukilop', '1й2ц3у4к5е6н7г8ш9щ0з', 'йфяцічувскамепинртгоьшлбщдю']
/** So much of a password must be its own, of so many different characters. */
const OWN = 10
const DIFFERENT = 6

/** Little is left of it without its owner's names, words that everybody takes, rows of the keyboard and repeats; what is named is the first that took something. */
function guessableBy(password: string, names: readonly string[]): Guessable | undefined {
  const whole = password.toLowerCase()
  const ownless = without(whole, names)
  const common = without(ownless, COMMON)
  const rowless = withoutRows(without(whole, [...names, ...COMMON]))
  const own = [...rowless.replaceAll(/(.+?)\1+/gu, '$1')]
  if (own.length >= OWN && new Set(own).size >= DIFFERENT) return undefined
  if (ownless !== whole) return 'own'
  if (common !== ownless) return 'common'
  return rowless === whole ? 'repeat' : 'row'
}

const without = (text: string, words: readonly string[]): string =>
  words.map((word) => word.normalize('NFKC')).toSorted((a, b) => b.length - a.length).reduce((rest, word) => rest.replaceAll(word, ''), text)

// Guesses grow with the length, and the time with its square: so much of it is looked at, which takes some 0.03 s (of 100 characters it was 0.16 s).
const LOOKED_AT = 40
/** Of zxcvbn: 10^10 guesses and more. */
const STRONG = 4

type Estimator = { check(password: string, known: string[]): { score: number; sequence: readonly { pattern: string; dictionaryName?: unknown }[] } }
let estimator: Promise<Estimator> | undefined

/** zxcvbn with 49,000 leaked passwords, read when somebody sets the first password: 20 to 40 MiB that a start need not pay. Its English words would be 35 more, and seconds for some passwords. */
async function estimated(password: string, names: string[]): Promise<Guessable | undefined> {
  estimator ??= loadEstimator().catch((error: unknown) => {
    estimator = undefined
    throw error
  })
  const { score, sequence } = (await estimator).check([...password].slice(0, LOOKED_AT).join(''), names)
  if (score >= STRONG) return undefined
  const has = (pattern: string): boolean => sequence.some((one) => one.pattern === pattern)
  if (sequence.some(({ dictionaryName }) => dictionaryName === 'userInputs')) return 'own'
  if (has('repeat')) return 'repeat'
  return has('dictionary') ? 'common' : 'row'
}

async function loadEstimator(): Promise<Estimator> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')])
  return new ZxcvbnFactory({ dictionary: { ...dictionary, ours: COMMON }, graphs: adjacencyGraphs })
}

/** Four and more neighbours of a row count as one. */
function withoutRows(text: string): string {
  let [at, kept] = [0, '']
  while (at < text.length) {
    let length = 1
    while (at + length < text.length && ROWS.some((row) => row.includes(text.slice(at, at + length + 1)))) length++
    kept += text[at]
    at += length > 3 ? length : 1
  }
  return kept
}
