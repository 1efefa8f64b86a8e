import { bareHeader } from '@vitrylo/imports'

// How programs and people name their columns, in Ukrainian, English and Russian; compared by letters and digits alone.
const NAMES: Record<string, string> = {
  displayName: 'назва, найменування, контрагент, клієнт, компанія, організація, повне імʼя, піб, назва клієнта, name, company, company name, account, account name, organization, organisation, customer, client, full name, contact name, наименование, название, компания, организация, клиент, фио, полное имя',
  fullName: 'повна назва, повне найменування, юридична назва, legal name, registered name, полное наименование, юридическое название',
  familyName: 'прізвище, last name, surname, family name, фамилия',
  givenName: 'імʼя, first name, given name, имя',
  middleName: 'по батькові, middle name, patronymic, отчество',
  kind: 'вид, тип, вид контрагента, тип контрагента, type, kind, вид контрагента, тип контрагента',
  roles: 'роль, ролі, role, roles, роли',
  taxCode: 'єдрпоу, код єдрпоу, рнокпп, іпн фізособи, код, податковий код, tax code, tax id, tax number, edrpou, егрпоу, код егрпоу, окпо, инн',
  vatNumber: 'іпн, номер платника пдв, індивідуальний податковий номер, vat, vat number, vat id, номер плательщика ндс',
  taxCountry: 'країна податкового коду, tax country, страна налогового кода',
  phone: 'телефон, тел, мобільний, мобільний телефон, номер телефону, телефони, основний телефон, phone, phone number, telephone, mobile, mobile phone, cell, work phone, business phone, phone 1 value, мобильный, мобильный телефон, номер телефона, рабочий телефон',
  phone2: 'додатковий телефон, другий телефон, робочий телефон, other phone, home phone, дополнительный телефон',
  email: 'пошта, ел пошта, електронна пошта, електронна адреса, імейл, e-mail, email, mail, email address, e-mail address, e-mail 1 value, почта, эл почта, электронная почта',
  email2: 'друга пошта, other email, secondary email, дополнительная почта',
  site: 'сайт, вебсайт, веб-сайт, website, web site, web page, web, url, site',
  messenger: 'месенджер, viber, telegram, whatsapp, skype, вайбер, телеграм, messenger, мессенджер',
  iban: 'iban, рахунок, розрахунковий рахунок, поточний рахунок, bank account, account number, счет, счёт, расчетный счет, расчётный счёт',
  bankName: 'банк, назва банку, bank, bank name, название банка',
  'address.street': 'адреса, вулиця, фактична адреса, address, street, street address, address line 1, billing street, billing address, billing address street, address street, адрес, улица, фактический адрес',
  'address.city': 'місто, населений пункт, city, town, billing city, billing address city, address city, город, населенный пункт, населённый пункт',
  'address.region': 'область, регіон, state, region, state/region, billing state, billing address state, address state, province, регион',
  'address.postcode': 'індекс, поштовий індекс, zip, zip code, postal code, postcode, billing postal code, billing zip, billing code, billing address postal code, address postcode, индекс, почтовый индекс',
  'address.country': 'країна, код країни, country, country code, country/region, billing country, billing address country, address country, страна, код страны',
  'address.legal.street': 'юридична адреса, legal address, registered address, юридический адрес',
  'address.delivery.street': 'адреса доставки, delivery address, shipping address, shipping street, shipping address street, адрес доставки',
  'address.delivery.city': 'місто доставки, shipping city, shipping address city',
  'address.delivery.region': 'область доставки, shipping state, shipping address state',
  'address.delivery.postcode': 'індекс доставки, shipping postal code, shipping zip, shipping address postal code',
  'address.delivery.country': 'країна доставки, shipping country, shipping address country',
  'address.postal.street': 'поштова адреса, postal address, mailing address, почтовый адрес',
  responsible: 'відповідальний, менеджер, відповідальна особа, owner, manager, responsible, assigned to, assigned user, account owner, company owner, contact owner, record owner, призначений користувач, ответственный',
  branch: 'філія, відділення, branch, office, филиал, отделение',
  source: 'джерело, звідки дізналися, source, lead source, источник',
  industry: 'галузь, сфера діяльності, industry, sector, industry type, отрасль, сфера деятельности',
  segment: 'сегмент, segment, market segment',
  tags: 'теги, мітки, позначки, tags, labels, categories, метки',
  vip: 'vip, віп, вип',
  birthday: 'дата народження, день народження, birthday, birth date, date of birth, дата рождения, день рождения',
  language: 'мова, language, язык',
  size: 'кількість працівників, працівників, employees, number of employees, employee count, количество сотрудников, сотрудников',
  note: 'примітка, примітки, коментар, нотатки, опис, note, notes, comment, comments, description, примечание, комментарий, описание',
  externalId: 'зовнішній код, зовнішній ідентифікатор, ідентифікатор, external id, external key, record id, id, ід, внешний код, идентификатор',
  doNotCall: 'не дзвонити, do not call, не звонить',
  doNotWrite: 'не писати, do not write, do not email, unsubscribed, не писать',
  interests: 'інтереси, потреби, interests, needs, интересы, потребности',
  // Of contact persons.
  position: 'посада, job title, title, position, job, должность',
  decisionRole: 'роль у рішенні, decision role, роль в решении',
  counterpartyTaxCode: 'єдрпоу організації, код організації, organisation tax code, company tax code, егрпоу организации',
  createTime: 'створено, дата створення, коли створено, created at, created, create date, created time, creation date, date created, add time, создано, дата создания',
  counterpartyExternalId: 'код контрагента, організація зовнішній код, organisation external id, organization id, company id, account id, код организации',
}

/** Name of a column, bare -> field. */
export const namesToFields = (names: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(names).flatMap(([field, list]) => list.split(',').map((name): [string, string] => [bareHeader(name), field])))

export const HEADERS: ReadonlyMap<string, string> = namesToFields(NAMES)
