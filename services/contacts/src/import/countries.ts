import { bareHeader } from '@vitrylo/imports'

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const LANGUAGES = ['uk', 'en', 'ru']
// What files call them beside their names. `Intl` knows no codes of three letters: these are of the countries that stand in files here.
const ALSO: Record<string, string> = {
  UA: 'UKR', PL: 'POL', DE: 'DEU', US: 'USA, United States of America, США', GB: 'GBR, UK, Great Britain, England, Велика Британія', RO: 'ROU', MD: 'MDA, Moldova, Молдова', SK: 'SVK, Slovak Republic', HU: 'HUN',
  CZ: 'CZE, Czech Republic, Чеська Республіка', LT: 'LTU', LV: 'LVA', EE: 'EST', FR: 'FRA', IT: 'ITA', ES: 'ESP', PT: 'PRT', AT: 'AUT', CH: 'CHE', NL: 'NLD, Holland, The Netherlands', BE: 'BEL', BG: 'BGR',
  GR: 'GRC', TR: 'TUR, Turkey', SE: 'SWE', NO: 'NOR', FI: 'FIN', DK: 'DNK', IE: 'IRL', CA: 'CAN', CN: 'CHN', JP: 'JPN', IL: 'ISR', GE: 'GEO', AM: 'ARM', AZ: 'AZE', KZ: 'KAZ', AE: 'ARE, UAE, ОАЕ', IN: 'IND',
  KR: 'KOR, South Korea', HR: 'HRV', SI: 'SVN', RS: 'SRB', CY: 'CYP', LU: 'LUX', MT: 'MLT', EG: 'EGY', BR: 'BRA', AU: 'AUS', BY: 'BLR', RU: 'RUS',
}

/** Made once: names in the languages of our users, codes of two and of three letters -> code of two. */
const CODES: ReadonlyMap<string, string> = new Map([
  ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((code) => LANGUAGES.flatMap((language): [string, string][] => {
    const name = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(code)
    return name === undefined || code === 'ZZ' ? [] : [[bareHeader(name), code]]
  })),
  ...Object.entries(ALSO).flatMap(([code, names]) => names.split(',').map((name): [string, string] => [bareHeader(name), code])),
])

/** The code of a country by what a file calls it; undefined where nobody calls one so. */
export const countryNamed = (text: string): string | undefined => (/^[A-Za-z]{2}$/.test(text) && text.toUpperCase() !== 'UK' ? text.toUpperCase() : CODES.get(bareHeader(text)))
