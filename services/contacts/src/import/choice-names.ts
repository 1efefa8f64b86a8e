import { choicesOf, type Choices } from '@vitrylo/imports'
import { DecisionRole } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { CounterpartyKind, CounterpartyRole } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { fromWord, wordsOf } from '@vitrylo/proto/words.ts'

// How people and programs write the values of lists, in Ukrainian, English and Russian; the words of our own forms are among them.

const choices = <E extends Readonly<Record<string, string>>>(of: E, names: Readonly<Record<string, string>>): Choices<E[keyof E]> =>
  choicesOf(new Map(wordsOf(of).map((word) => [word, fromWord(of, word)])), names)

export const KINDS = choices(CounterpartyKind, {
  organisation: 'організація, юридична особа, юрособа, компанія, підприємство, фірма, підприємець, приватний підприємець, фоп, фізична особа підприємець, '
    + 'organization, company, business, legal entity, sole trader, trader, entrepreneur, организация, юридическое лицо, юрлицо, компания, предприятие, предприниматель, физическое лицо предприниматель, ип',
  person: 'людина, фізична особа, фізособа, особа, приватна особа, individual, natural person, private person, человек, физическое лицо, физлицо, частное лицо',
})

export const ROLES = choices(CounterpartyRole, {
  client: 'клієнт, покупець, замовник, customer, buyer, клиент, покупатель, заказчик',
  prospect: 'потенційний клієнт, потенційний, лід, lead, potential client, potential customer, потенциальный клиент, лид',
  partner: 'партнер, партнёр',
  supplier: 'постачальник, vendor, поставщик',
  competitor: 'конкурент',
  guest: 'гість, гость',
  candidate: 'кандидат',
})

export const DECISIONS = choices(DecisionRole, {
  decides: 'вирішує, приймає рішення, decision maker, решает, принимает решение',
  'approves-payment': 'погоджує оплату, затверджує оплату, согласует оплату, утверждает оплату',
  influences: 'впливає, influencer, влияет',
  uses: 'користується, користувач, user, end user, пользуется, пользователь',
})
