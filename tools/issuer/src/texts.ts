export type Language = 'uk' | 'en'

const attemptsUk = (n: number): string => {
  const form = new Intl.PluralRules('uk').select(n)
  return { one: `Залишилася ${n}\u00a0спроба`, few: `Залишилося ${n}\u00a0спроби` }[form as string] ?? `Залишилося ${n}\u00a0спроб`
}

const uk = {
  language: 'Українська',
  title: 'Вхід',
  heading: 'Увійдіть, щоб продовжити',
  login: 'Логін або робоча пошта',
  password: 'Пароль',
  show: 'Показати пароль',
  forgot: 'Забули пароль?',
  forgotHelp: 'Новий пароль надає адміністратор вашої організації; він же скаже, чи ваш обліковий запис не вимкнено.',
  remember: 'Це мій робочий комп’ютер',
  submit: 'Увійти',
  empty: 'Введіть логін і пароль.',
  wrong: (left: number, pause: number) =>
    left === 0
      ? `Логін або пароль не підходить. Це була остання спроба, тепер\u00a0— перерва ${pause}\u00a0хвилин.`
      : `Логін або пароль не підходить. ${attemptsUk(left)}, потім\u00a0— перерва ${pause}\u00a0хвилин.`,
  paused: (pause: number) => `Забагато невдалих спроб. Спробуйте знову за ${pause}\u00a0хвилин.`,
  expiredTitle: 'Цей вхід уже завершено',
  expired: 'Сторінка входу застаріла. Почніть ще раз\u00a0— це займе кілька секунд.',
  failedTitle: 'Не вдалося увійти',
  failed: 'Запит на вхід неповний або пошкоджений.',
  unavailable: 'Сервіс входу тимчасово недоступний. Спробуйте за хвилину.',
  again: 'Почати спочатку',
  signOutTitle: 'Вийти з Vitrylo?',
  signOutText: 'Сеанс на цьому комп’ютері буде завершено.',
  signOut: 'Вийти',
  stay: 'Залишитися',
  signedOutTitle: 'Ви вийшли',
  signedOut: 'Сеанс завершено.',
}

const en: typeof uk = {
  language: 'English',
  title: 'Sign in',
  heading: 'Sign in to continue',
  login: 'User name or work e-mail',
  password: 'Password',
  show: 'Show password',
  forgot: 'Forgot your password?',
  forgotHelp: 'Your organisation’s administrator sets a new password for you, and knows whether your account is switched off.',
  remember: 'This is my work computer',
  submit: 'Sign in',
  empty: 'Enter your user name and password.',
  wrong: (left, pause) =>
    left === 0
      ? `The user name or password is not right. That was the last attempt; now there is a pause of ${pause} minutes.`
      : `The user name or password is not right. ${left} ${left === 1 ? 'attempt' : 'attempts'} left, then a pause of ${pause} minutes.`,
  paused: (pause) => `Too many failed attempts. Try again in ${pause} minutes.`,
  expiredTitle: 'This sign-in is over',
  expired: 'The sign-in page is out of date. Start again, it takes a few seconds.',
  failedTitle: 'Sign-in did not work',
  failed: 'The sign-in request is incomplete or damaged.',
  unavailable: 'Sign-in is unavailable for the moment. Try again in a minute.',
  again: 'Start again',
  signOutTitle: 'Sign out of Vitrylo?',
  signOutText: 'The session on this computer will end.',
  signOut: 'Sign out',
  stay: 'Stay',
  signedOutTitle: 'You are signed out',
  signedOut: 'The session has ended.',
}

export const TEXTS = { uk, en }

/** The first wish that we can fulfil: the switch on the page, the client's ui_locales, the browser's languages. */
export function chooseLanguage(...wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    for (const tag of (wish ?? '').toLowerCase().split(/[\s,;]+/)) {
      const language = tag.split('-')[0]
      if (language === 'uk' || language === 'en') return language
    }
  }
  return 'uk'
}
