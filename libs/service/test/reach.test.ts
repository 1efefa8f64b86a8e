import { expect, test } from '@jest/globals'
import { mailViolation } from '../src/mail-address.ts'
import { phoneViolation } from '../src/phone.ts'

const wrongPhones = (texts: string[]) => texts.filter((text) => phoneViolation(text, 'UA', 'phone') !== undefined)
const wrongMails = (texts: string[]) => texts.filter((text) => mailViolation(text, 'email') !== undefined)

test('a phone has digits enough to be called, or is a short number', () => {
  const wrong = ['098 12', 'тел. 098 12', '098 123 45', '1', '12', '067 123 45', '044 555', '068', '+380', '+12', '00 12', '+380 67 123 45', '+112', '+999 1234567', 'немає', '0001']
  expect(wrongPhones(wrong)).toEqual(wrong)
  expect(phoneViolation('098 12', 'UA', 'channels[0].value')).toMatchObject({ field: 'channels[0].value', rule: 'phone-digits' })
  // Seen failing: both were told to have too few digits.
  expect(['+999 123 456 78', 'немає', '+'].map((text) => phoneViolation(text, 'UA', 'phone')?.rule)).toEqual(['phone-country', 'phone-number', 'phone-number'])
  expect(wrongPhones(['0671234567', '(067) 123-45-67', '+48 22 555 01 80', '00380671234567', '+38 (044) 555 01 80', '0 800 21-00-00', '8 067 123 45 67'])).toEqual([])
})

// Extensions, emergency and service numbers, numbers of the own town.
test('a short number is a phone, and so is one with more beside it', () => {
  expect(wrongPhones(['101', '112', '1001', '1001, охорона', '*100#', '15-51', '3700', '2-34-56', '12-34', '555-01-80', '5555 6666'])).toEqual([])
  expect(wrongPhones(['0981112233, 0672223344', '098 111 22 33; 3-й поверх', '+380445550180 дод. 12', '+38098 12; +380671234567'])).toEqual([])
})

test('a mail address has a name and a domain with a dot', () => {
  const wrong = ['olena@x', 'olena', 'olena@', '@x.ua', 'a@1.2.3.4', 'a@b..ua', 'a.@b.ua', 'a b@c.ua', 'a@b.ua, c@d.ua', '<a@b.ua>', 'a@-b.ua', 'a@b.ua.', `${'a'.repeat(250)}@b.ua`]
  expect(wrongMails(wrong)).toEqual(wrong)
  expect(wrongMails(['olena@x.ua', 'a@b.co', 'x+y@sub.firm.com.ua', "o'neil@x.com", 'a@b.xn--j1amh', 'олена@пошта.укр', 'олена@пошта.укр'.normalize('NFD')])).toEqual([])
})
