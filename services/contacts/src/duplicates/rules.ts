// Every number by which two records are judged to be one, and where it comes from. No number was taken from data with
// known answers; docs/benchmarks.md has what they give there.
//
// The method is that of Fellegi and Sunter (1969): each compared field adds log2(m / u) bits of evidence, m being how
// often it comes out so for two records of one client, u how often for two clients that have nothing to do with each
// other. A missing value adds nothing. The sum and the odds before any evidence give the probability that is shown.
//
// m is assumed, in round figures, from how records come to be: they are typed by hand, from hearing or from paper, so
// that of ten entries of a field eight are as they should be, one has a slip of a letter or two, and one is something
// else (an old value, the neighbour's field, a mistake of hearing). What cannot change over a life is surer, what
// people change or have several of is less sure.
//
// u is counted in the base itself (frequency.ts): a common name says less than a rare one. Where the base cannot tell,
// because the value has too many forms to be met twice by chance, it is worked out from their number.

/** How two values of a field compare. `same`: equal once written alike; `near`: a slip of the keyboard; `alike`: a likeness. */
export type Level = 'same' | 'near' | 'alike' | 'different'

/** How often each outcome is met for two records of one client. */
export const SAME_CLIENT = {
  /** A word of a name: eight, one and a half and half in ten; the rest is a maiden name or a nickname. */
  name: { same: 0.8, near: 0.12, alike: 0.04, different: 0.04 },
  /** A number from a document does not change; a slip in so many digits is likely. */
  taxCode: { same: 0.85, near: 0.1, different: 0.05 },
  birthday: { same: 0.85, near: 0.1, different: 0.05 },
  /** People and firms have several phones and mails, and change them. */
  phone: { same: 0.6, different: 0.4 },
  email: { same: 0.6, near: 0.05, different: 0.35 },
  /** They move, and write the same place in many ways. */
  place: { same: 0.7, near: 0.1, different: 0.2 },
  street: { same: 0.6, near: 0.15, different: 0.25 },
  house: { same: 0.7, different: 0.3 },
} as const

/** How often an outcome is met by chance, where it is worked out and not counted. */
export const BY_CHANCE = {
  /** Of all words of names some one in two hundred is a slip away from a given one, one in fifty is like it. */
  name: { near: 1 / 200, alike: 1 / 50 },
  /** A code of eight digits or more meets another by chance almost never, and then by a slip of who typed it. */
  taxCode: { same: 1e-6, near: 1e-5 },
  /** 55 years of days; some forty of them are one digit, or two digits in the other order, away. */
  birthday: { same: 1 / 20_000, near: 1 / 500 },
  email: { near: 1e-4 },
  place: { near: 1 / 200 },
  street: { near: 1 / 200 },
  /** Most houses have one of fifty numbers. */
  house: { same: 1 / 50 },
} as const

/** Of a hundred records ten have a double: what firms say of bases that nobody tended. The odds before any evidence. */
export const DOUBLES = 0.1

/**
 * So many records of any base stand behind the counted ones. Without them two clients of a base of ten would look as if
 * every name in the world were one of ten.
 */
export const BACKGROUND = 1_000

/** How many live or work at one address, as a rule: it alone does not make two records one, however rare it is. */
export const HOUSEHOLD = 3

/** From this probability on a pair is shown as a duplicate by a search over the base, and a row of an import held up. */
export const PROBABLE = 0.9

/** While somebody types there is little evidence yet, and a glance costs nothing. */
export const WORTH_A_GLANCE = 0.1

/** A blocking key that more records share says nothing, and would cost the square of their number. */
export const MAX_BLOCK = 100

/** Words that tell of what form a firm is, and not which one: Ukrainian, English, as skeletons of search. */
export const FORMS_OF_FIRMS: ReadonlySet<string> = new Set(
  ('tov tzov pp fop spd prat pat at vat zat dp kp tdv obednania tovaristvo obmezhenoiu vidpovidalnistiu z ta i pidpriemstvo privatne aktsionerne ' +
    'publichne derzhavne komunalne fizichna osoba pidpriemets ltd lc llc inc corp co kompani kompaniia firma the and of gmbh').split(' '),
)
