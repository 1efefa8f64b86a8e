// The page is a document for the person it is about, by the law of Ukraine: it is in Ukrainian whatever the language of who made it.

const PLACES: Record<string, string> = {
  counterparty: 'Контрагент', 'contact-person': 'Контактна особа', position: 'Посади в організаціях', interaction: 'Взаємодії', 'interaction-with-others': 'Взаємодії за участю інших',
  timeline: 'Хронологія', relation: 'Зв’язки', consent: 'Згоди', 'duplicate-pair': 'Можливі дублікати', merge: 'Об’єднання карток', 'import-row': 'Завантажено імпортом',
  'import-error': 'Рядки імпорту з помилками', 'subject-request': 'Запити суб’єкта даних', opportunity: 'Угоди', 'opportunity-of-organisation': 'Угоди організації', request: 'Звернення',
  card: 'Рядки картки vCard', 'audit-detail': 'Журнал змін',
  party: 'Довідник телефонії', 'party-phone': 'Телефони в довіднику телефонії', message: 'Повідомлення між працівниками', 'saved-filter': 'Збережені фільтри працівників', 'interaction-naming': 'Взаємодії з іншими, де є посилання на особу',
  'note-naming': 'Нотатки про інших, де є посилання на особу', 'counterparty-naming': 'Примітки на картках інших, де є посилання на особу', 'request-naming': 'Звернення інших, де є посилання на особу',
  'opportunity-naming': 'Угоди інших, де є посилання на особу', call: 'Дзвінки', 'call-event': 'Події дзвінків', notification: 'Сповіщення працівникам',
}

const FIELDS: Record<string, string> = {
  display_name: 'Ім’я або назва', full_name: 'Повна назва', name: 'Назва', title: 'Заголовок', subject: 'Тема', text: 'Текст', note: 'Примітка', result: 'Результат', next_step: 'Наступний крок',
  next_step_on: 'Дата наступного кроку', next_step_date: 'Дата наступного кроку', place: 'Місце', kind: 'Вид', state: 'Стан', roles: 'Ролі', tax_code: 'Податковий код', vat_number: 'ІПН',
  bank_accounts: 'Рахунки', channels: 'Канали зв’язку', addresses: 'Адреси', source: 'Джерело', industry: 'Галузь', segment: 'Сегмент', vip: 'Особливий клієнт', birthday: 'Дата народження',
  language: 'Мова', tags: 'Позначки', external_id: 'Зовнішній код', tax_country: 'Країна податкового коду', do_not_call: 'Не телефонувати', do_not_write: 'Не писати', interests: 'Потреби',
  custom: 'Додаткові поля', created_at: 'Створено', updated_at: 'Змінено', deleted_at: 'Вилучено', given_at: 'Згоду дано', withdrawn_at: 'Згоду відкликано', evidence: 'Підтвердження',
  withdrawal_evidence: 'Підтвердження відкликання', withdrawal_source: 'Спосіб відкликання', starts_at: 'Початок', ends_at: 'Кінець', at: 'Коли', data: 'Зміст', number: 'Номер', amount: 'Сума',
  currency: 'Валюта', phone: 'Телефон', sender_name: 'Як назвався відправник', resolution: 'Рішення', channel: 'Канал', due_at: 'Строк', closed_at: 'Закрито', opened_at: 'Відкрито', customer_number: 'Номер абонента',
  direction: 'Напрямок', started_at: 'Початок', ended_at: 'Кінець', facts: 'Подробиці', e164: 'Телефон', start_on: 'Від', end_on: 'До', decision_role: 'Роль у рішенні', lost_reason: 'Причина відмови',
  last_contact_at: 'Останній контакт', next_contact_at: 'Наступний контакт', product: 'Продукт', reasons: 'Підстави', ground: 'Підстава запиту', filter: 'Умови фільтра', cells: 'Клітинки рядка', value: 'Значення',
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1d2733;margin:2rem auto;max-width:56rem;padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid #c8d3df}
table{border-collapse:collapse;width:100%;margin:0 0 1rem;page-break-inside:avoid}th,td{border:1px solid #d9e0e8;padding:.3rem .6rem;vertical-align:top;text-align:left}th{width:14rem;font-weight:600;background:#f4f7fa}
td{white-space:pre-wrap;overflow-wrap:anywhere}`

const CODES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => CODES[letter]!)

export const pageHead = (asked: Date): string =>
  `<!doctype html><html lang="uk"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Дані про суб’єкта</title><style>${STYLE}</style><h1>Дані про суб’єкта персональних даних</h1><p>Запит від ${escaped(asked.toISOString().slice(0, 10))}. Тут усе, що про особу зберігають служби системи; ті самі записи для програм — у файлі subject.json.</p>\n`

export const placeHead = (place: string): string => `<h2>${escaped(PLACES[place] ?? place)}</h2>\n`

/** What is empty says nothing, and ids say nothing to people. */
export function rowHtml(row: Record<string, unknown>): string {
  const cells = Object.entries(row).filter(([name, value]) => !isEmpty(value) && (name === 'external_id' || !/(^|_)ids?$|^revision$/.test(name)))
  const lines = cells.map(([name, value]) => `<tr><th>${escaped(FIELDS[name] ?? name)}</th><td>${escaped(textOf(value))}</td></tr>`)
  return lines.length === 0 ? '' : `<table>${lines.join('')}</table>\n`
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? {}).length === 0)

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value)
}

export const pageTail = '</html>\n'
