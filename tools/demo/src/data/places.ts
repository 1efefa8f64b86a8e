/** Branches of the firm with the places that their clients come from. The first is the head office. */
export const PLACES = [
  { branch: 'dnipro', share: 15, phone: '56', towns: [['Дніпро', '49', 'Дніпропетровська'], ['Кривий Ріг', '50', 'Дніпропетровська'], ['Полтава', '36', 'Полтавська']] },
  { branch: 'kyiv', share: 40, phone: '44', towns: [['Київ', '01', ''], ['Бровари', '07', 'Київська'], ['Біла Церква', '09', 'Київська'], ['Черкаси', '18', 'Черкаська']] },
  { branch: 'lviv', share: 25, phone: '32', towns: [['Львів', '79', 'Львівська'], ['Стрий', '82', 'Львівська'], ['Тернопіль', '46', 'Тернопільська']] },
  { branch: 'odesa', share: 20, phone: '48', towns: [['Одеса', '65', 'Одеська'], ['Ізмаїл', '68', 'Одеська'], ['Миколаїв', '54', 'Миколаївська']] },
] as const

export type BranchName = (typeof PLACES)[number]['branch']

export const STREETS = [
  'вул. Вишнева', 'вул. Джерельна', 'вул. Заводська', 'вул. Затишна', 'вул. Зелена', 'вул. Калинова', 'вул. Каштанова', 'вул. Липова',
  'вул. Лугова', 'вул. Набережна', 'вул. Озерна', 'вул. Паркова', 'вул. Польова', 'вул. Річкова', 'вул. Садова', 'вул. Сонячна',
  'вул. Степова', 'вул. Тополина', 'вул. Центральна', 'вул. Ярмаркова', 'пров. Тихий', 'пл. Ринкова',
] as const

/** Codes of towns, then of mobile networks; each gives a hundred numbers of the shape XX 555-01-XX. */
export const TOWN_CODES = ['44', '32', '48', '56'] as const
export const MOBILE_CODES = ['50', '63', '66', '67', '68', '73', '91', '93', '95', '96', '97', '98', '99'] as const
