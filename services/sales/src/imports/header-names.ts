import { bareHeader } from '@vitrylo/imports'

// How programs and people name their columns, in Ukrainian, English and Russian; compared by letters and digits alone.
const NAMES: Record<string, string> = {
  title: 'назва, назва угоди, угода, тема, предмет, opportunity, opportunity name, deal, deal name, name, subject, название, сделка, название сделки',
  counterparty: 'контрагент, клієнт, компанія, організація, account, account name, company, company name, organization, organisation, customer, client, associated company, organization name, клиент, компания',
  pipeline: 'воронка, процес, sales pipeline, funnel, воронка продаж',
  stage: 'етап, стадія, етап угоди, deal stage, sales stage, opportunity stage, этап, стадия',
  state: 'стан, статус, status, outcome, результат, состояние',
  amount: 'сума, вартість, бюджет, value, close value, deal value, price, сумма, стоимость',
  currency: 'валюта, код валюти',
  openTime: 'відкрито, дата відкриття, створено, дата створення, created at, created, created time, deal created, engage date, open date, opened, create date, дата открытия',
  closeTime: 'закрито, closed, closed date, closed on, deal closed on',
  closeDate: 'дата закриття, close date, closing date, дата закрытия',
  expectedCloseDate: 'очікуване закриття, очікувана дата закриття, expected close, expected close date, ожидаемое закрытие',
  owner: 'відповідальний, менеджер, продавець, sales agent, deal owner, opportunity owner, responsible, manager, assigned to, assigned user, owner name, призначений користувач, ответственный, менеджер сделки',
  branch: 'філія, відділення, office, филиал',
  product: 'товар, послуга, товар або послуга, продукт, item, service',
  source: 'джерело, lead source, источник',
  externalId: 'зовнішній код, зовнішній ідентифікатор, external id, record id, id, ід, opportunity id, deal id, внешний код',
  number: 'номер, номер угоди, deal number, opportunity number, номер сделки',
  lostReason: 'причина втрати, причина програшу, lost reason, loss reason, причина проигрыша',
  note: 'примітка, коментар, опис, notes, comment, description, примечание, комментарий',
}

/** Name of a column, bare -> field. */
export const HEADERS: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([field, names]) => names.split(',').map((name): [string, string] => [bareHeader(name), field])),
)
