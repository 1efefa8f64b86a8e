import type { Facts, Place } from './facts.ts'
import { shareOf, weighed, type Frequencies, type Kind } from './frequency.ts'
import { isAlike, isNear, slips } from './likeness.ts'
import { BY_CHANCE, DOUBLES, HOUSEHOLD, SAME_CLIENT, type Level } from './rules.ts'

/** What a field said, in bits: above zero for, below against. */
export type Reason = { field: 'name' | 'phone' | 'email' | 'taxCode' | 'birthday' | 'address'; level: Level; swapped?: boolean; bits: number }

export type Verdict = { probability: number; reasons: Reason[] }

const bits = (m: number, u: number): number => Math.log2(m / u)

/** Judges whether two records are of one client. */
export function compare(a: Facts, b: Facts, frequencies: Frequencies): Verdict {
  const reasons = [
    compareNames(a, b, frequencies), compareTaxCode(a, b, frequencies), compareBirthday(a, b, frequencies),
    compareShared('phone', a.phones, b.phones, frequencies), compareShared('email', a.emails, b.emails, frequencies),
    comparePlaces(a, b, frequencies),
  ].filter((reason) => reason !== undefined)
  const before = Math.log2((2 * DOUBLES) / weighed(frequencies))
  const odds = 2 ** reasons.reduce((sum, reason) => sum + reason.bits, before)
  return { probability: odds / (1 + odds), reasons: reasons.sort((one, other) => Math.abs(other.bits) - Math.abs(one.bits)) }
}

function compareNames(a: Facts, b: Facts, frequencies: Frequencies): Reason | undefined {
  let best: Reason | undefined
  for (const one of a.names) {
    for (const other of b.names) {
      const reason = compareWords(one, other, frequencies)
      if (best === undefined || reason.bits > best.bits) best = reason
    }
  }
  return best
}

/** Words find each other whatever their order, the surest first. A word too many is a missing one on the other side. */
function compareWords(a: readonly string[], b: readonly string[], frequencies: Frequencies): Reason {
  const found: { i: number; j: number; level: Level; bits: number }[] = []
  for (const [i, one] of a.entries()) {
    for (const [j, other] of b.entries()) {
      const word = compareWord('name', one, other, frequencies)
      if (word !== undefined) found.push({ i, j, ...word })
    }
  }
  found.sort((one, other) => other.bits - one.bits)
  const [left, right] = [new Set(a.keys()), new Set(b.keys())]
  const taken = found.filter(({ i, j }) => left.has(i) && right.has(j) && left.delete(i) && right.delete(j))
  const strange = Math.min(left.size, right.size)
  const sum = taken.reduce((total, word) => total + word.bits, 0) + strange * Math.log2(SAME_CLIENT.name.different)
  const level = taken.length === 0 ? 'different' : strange > 0 ? 'alike' : worst(taken.map((word) => word.level))
  const swapped = taken.some(({ i, j }, at) => taken.slice(at + 1).some((other) => (i - other.i) * (j - other.j) < 0))
  return { field: 'name', level, ...(swapped ? { swapped } : {}), bits: sum }
}

const ORDER: readonly Level[] = ['same', 'near', 'alike', 'different']
const worst = (levels: readonly Level[]): Level => ORDER[Math.max(...levels.map((level) => ORDER.indexOf(level)))]!

/** One word against another; undefined where they have nothing in common. An initial says nothing and costs nothing. */
function compareWord(kind: Kind, one: string, other: string, frequencies: Frequencies): { level: Level; bits: number } | undefined {
  const { same, near, alike } = SAME_CLIENT.name
  if (one === other) return { level: 'same', bits: bits(same, shareOf(frequencies, kind, one)) }
  if (one.length === 1 || other.length === 1) return one[0] === other[0] ? { level: 'alike', bits: 0 } : undefined
  if (isNear(one, other)) {
    const share = Math.max(shareOf(frequencies, kind, one), shareOf(frequencies, kind, other), BY_CHANCE.name.near)
    return { level: 'near', bits: bits(near, share) }
  }
  return isAlike(one, other) ? { level: 'alike', bits: bits(alike, BY_CHANCE.name.alike) } : undefined
}

function compareTaxCode({ taxCode: a }: Facts, { taxCode: b }: Facts, frequencies: Frequencies): Reason | undefined {
  if (a === '' || b === '') return undefined
  const { same, near, different } = SAME_CLIENT.taxCode
  // Two of a kind are the pair itself; more of them are a code that stands for want of a better one.
  const share = shareOf(frequencies, 'tax', a) - 1.5 / weighed(frequencies)
  if (a === b) return { field: 'taxCode', level: 'same', bits: bits(same, Math.max(share, BY_CHANCE.taxCode.same)) }
  if (a.length >= 6 && slips(a, b, 1) === 1) return { field: 'taxCode', level: 'near', bits: bits(near, BY_CHANCE.taxCode.near) }
  return { field: 'taxCode', level: 'different', bits: Math.log2(different) }
}

function compareBirthday({ birthday: a }: Facts, { birthday: b }: Facts, frequencies: Frequencies): Reason | undefined {
  if (a === '' || b === '') return undefined
  const { same, near, different } = SAME_CLIENT.birthday
  const share = shareOf(frequencies, 'birthday', a)
  if (a === b) return { field: 'birthday', level: 'same', bits: bits(same, Math.max(share - 1.5 / weighed(frequencies), BY_CHANCE.birthday.same)) }
  const turned = a.slice(0, 4) === b.slice(0, 4) && a.slice(4, 6) === b.slice(6, 8) && a.slice(6, 8) === b.slice(4, 6)
  if (turned || slips(a, b, 1) === 1) return { field: 'birthday', level: 'near', bits: bits(near, BY_CHANCE.birthday.near) }
  return { field: 'birthday', level: 'different', bits: Math.log2(different) }
}

/** Phones and mails: one in common is enough. */
function compareShared(field: 'phone' | 'email', a: readonly string[], b: readonly string[], frequencies: Frequencies): Reason | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  const shares = a.filter((value) => b.includes(value)).map((value) => shareOf(frequencies, field, value))
  if (shares.length > 0) return { field, level: 'same', bits: bits(SAME_CLIENT[field].same, Math.min(...shares)) }
  if (field === 'email' && a.some((one) => b.some((other) => one.length >= 6 && slips(one, other, 1) === 1))) {
    return { field, level: 'near', bits: bits(SAME_CLIENT.email.near, BY_CHANCE.email.near) }
  }
  return { field, level: 'different', bits: Math.log2(SAME_CLIENT[field].different) }
}

/** Each of several addresses may be the one that both have. */
function comparePlaces(a: Facts, b: Facts, frequencies: Frequencies): Reason | undefined {
  let best: Reason | undefined
  for (const one of a.places) {
    for (const other of b.places) {
      const reason = comparePlace(one, other, frequencies)
      if (reason !== undefined && (best === undefined || reason.bits > best.bits)) best = reason
    }
  }
  return best
}

function comparePlace(a: Place, b: Place, frequencies: Frequencies): Reason | undefined {
  const parts = [compareTown(a, b, frequencies), compareStreet(a, b, frequencies), compareHouse(a, b)].filter((part) => part !== undefined)
  if (parts.length === 0) return undefined
  const sum = parts.reduce((total, part) => total + part, 0)
  const level = parts.every((part) => part > 0) ? 'same' : sum > 0 ? 'alike' : 'different'
  return { field: 'address', level, bits: Math.min(sum, Math.log2(weighed(frequencies) / HOUSEHOLD)) }
}

/** Postcode and town say nearly the same: the stronger of the two counts, not both. */
function compareTown(a: Place, b: Place, frequencies: Frequencies): number | undefined {
  const said = (['postcode', 'city'] as const).flatMap((kind) => {
    const [one, other] = [a[kind], b[kind]]
    if (one === '' || other === '') return []
    if (one === other) return [bits(SAME_CLIENT.place.same, shareOf(frequencies, kind, one))]
    const near = kind === 'postcode' ? slips(one, other, 1) === 1 : isNear(one, other)
    return [near ? bits(SAME_CLIENT.place.near, BY_CHANCE.place.near) : Math.log2(SAME_CLIENT.place.different)]
  })
  return said.length === 0 ? undefined : Math.max(...said)
}

function compareStreet({ words: a }: Place, { words: b }: Place, frequencies: Frequencies): number | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  const { same, near, different } = SAME_CLIENT.street
  const said = a.flatMap((word) => {
    if (b.includes(word)) return [bits(same, shareOf(frequencies, 'street', word))]
    return b.some((other) => isNear(word, other)) ? [bits(near, BY_CHANCE.street.near)] : []
  })
  return said.length === 0 ? Math.log2(different) : said.reduce((total, part) => total + part, 0)
}

function compareHouse({ house: a }: Place, { house: b }: Place): number | undefined {
  if (a === '' || b === '') return undefined
  return a === b ? bits(SAME_CLIENT.house.same, BY_CHANCE.house.same) : Math.log2(SAME_CLIENT.house.different)
}
