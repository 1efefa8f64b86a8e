import { LONGEST, SHORTEST } from './password-rules.ts'

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
  forgotHelp: 'Адміністратор вашої організації дасть посилання, за яким ви задасте новий пароль; він же скаже, чи ваш обліковий запис не вимкнено.',
  remember: 'Це мій робочий комп’ютер',
  submit: 'Увійти',
  empty: 'Введіть логін і пароль.',
  wrong: (left: number, pause: number) =>
    left === 0
      ? `Логін або пароль не підходить. Це була остання спроба, тепер\u00a0— перерва ${pause}\u00a0хвилин.`
      : `Логін або пароль не підходить. ${attemptsUk(left)}, потім\u00a0— перерва ${pause}\u00a0хвилин.`,
  paused: (pause: number) => `Забагато невдалих спроб. Спробуйте знову за ${pause}\u00a0хвилин.`,
  change: {
    title: 'Зміна пароля',
    heading: 'Змініть свій пароль',
    others: 'На інших пристроях доведеться ввійти знову.',
    present: 'Теперішній пароль',
    next: 'Новий пароль',
    again: 'Новий пароль ще раз',
    rules: `Щонайменше ${SHORTEST}\u00a0символів. Найкраще\u00a0— кілька не пов’язаних між собою слів; пробіли теж рахуються.`,
    submit: 'Змінити пароль',
    cancel: 'Не змінювати',
    empty: 'Введіть теперішній і новий паролі.',
    wrong: (left: number, pause: number) =>
      left === 0
        ? `Теперішній пароль не підходить. Це була остання спроба, тепер\u00a0— перерва ${pause}\u00a0хвилин.`
        : `Теперішній пароль не підходить. ${attemptsUk(left)}, потім\u00a0— перерва ${pause}\u00a0хвилин.`,
    fault: {
      short: `Новий пароль закороткий: потрібно щонайменше ${SHORTEST}\u00a0символів.`,
      long: `Новий пароль задовгий: можна щонайбільше ${LONGEST}\u00a0символів.`,
      own: 'Такий пароль легко вгадати: у ньому ваше ім’я, логін чи адреса. Візьміть кілька слів, не пов’язаних ні з вами, ні між собою.',
      common: 'Такий пароль легко вгадати: у ньому поширені слова чи паролі. Візьміть кілька не пов’язаних між собою слів.',
      row: 'Такий пароль легко вгадати: у ньому ряд клавіш, літер або цифр поспіль. Візьміть кілька не пов’язаних між собою слів.',
      repeat: 'Такий пароль легко вгадати: у ньому те саме повторюється. Візьміть кілька не пов’язаних між собою слів.',
      same: 'Новий пароль такий самий, як теперішній. Візьміть інший.',
      different: 'Нові паролі не збігаються. Введіть той самий двічі.',
    },
    doneTitle: 'Пароль змінено',
    done: (ended: number) => (ended === 0 ? 'Наступного разу входьте з новим паролем.' : `Наступного разу входьте з новим паролем. Інші ваші сеанси завершено: ${ended}.`),
    onward: 'Повернутися до роботи',
  },
  invitation: {
    title: 'Пароль для входу',
    heading: 'Задайте свій пароль',
    others: 'Після цього ви одразу ввійдете, а інші ваші сеанси, якщо вони є, завершаться.',
    login: 'Ваш логін',
    next: 'Пароль',
    again: 'Пароль ще раз',
    // There may have been none before.
    fault: {
      short: `Пароль закороткий: потрібно щонайменше ${SHORTEST}\u00a0символів.`,
      long: `Пароль задовгий: можна щонайбільше ${LONGEST}\u00a0символів.`,
      different: 'Паролі не збігаються. Введіть той самий двічі.',
    },
    submit: 'Задати пароль і ввійти',
    goneTitle: 'Посилання вже не діє',
    gone: 'Ним скористалися, його строк минув або замість нього видано нове. Якщо пароль уже заданий, просто ввійдіть; якщо ні, попросіть в адміністратора нове посилання.',
  },
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
  forgotHelp: 'Your organisation’s administrator gives you a link to set a new password, and knows whether your account is switched off.',
  remember: 'This is my work computer',
  submit: 'Sign in',
  empty: 'Enter your user name and password.',
  wrong: (left, pause) =>
    left === 0
      ? `The user name or password is not right. That was the last attempt; now there is a pause of ${pause} minutes.`
      : `The user name or password is not right. ${left} ${left === 1 ? 'attempt' : 'attempts'} left, then a pause of ${pause} minutes.`,
  paused: (pause) => `Too many failed attempts. Try again in ${pause} minutes.`,
  change: {
    title: 'Change password',
    heading: 'Change your password',
    others: 'On other devices you will have to sign in again.',
    present: 'Current password',
    next: 'New password',
    again: 'New password once more',
    rules: `At least ${SHORTEST} characters. Best are several words that have nothing to do with each other; spaces count too.`,
    submit: 'Change password',
    cancel: 'Keep my current password',
    empty: 'Enter the current and the new password.',
    wrong: (left, pause) =>
      left === 0
        ? `The current password is not right. That was the last attempt; now there is a pause of ${pause} minutes.`
        : `The current password is not right. ${left} ${left === 1 ? 'attempt' : 'attempts'} left, then a pause of ${pause} minutes.`,
    fault: {
      short: `The new password is too short: at least ${SHORTEST} characters are needed.`,
      long: `The new password is too long: at most ${LONGEST} characters.`,
      own: 'This password is easy to guess: it has your name, user name or address. Take several words that have nothing to do with you or with each other.',
      common: 'This password is easy to guess: it has common words or passwords. Take several words that have nothing to do with each other.',
      row: 'This password is easy to guess: it has keys, letters or digits in a row. Take several words that have nothing to do with each other.',
      repeat: 'This password is easy to guess: it repeats itself. Take several words that have nothing to do with each other.',
      same: 'The new password is the same as the current one. Take another.',
      different: 'The new passwords differ. Enter the same one twice.',
    },
    doneTitle: 'The password is changed',
    done: (ended) => (ended === 0 ? 'Sign in with the new password next time.' : `Sign in with the new password next time. Your other sessions have ended: ${ended}.`),
    onward: 'Back to work',
  },
  invitation: {
    title: 'Password',
    heading: 'Set your password',
    others: 'You are signed in right after it, and your other sessions, if there are any, end.',
    login: 'Your user name',
    next: 'Password',
    again: 'Password once more',
    fault: {
      short: `The password is too short: at least ${SHORTEST} characters are needed.`,
      long: `The password is too long: at most ${LONGEST} characters.`,
      different: 'The passwords differ. Enter the same one twice.',
    },
    submit: 'Set the password and sign in',
    goneTitle: 'This link no longer works',
    gone: 'It has been used or has expired, or a newer one was created instead. If your password is set already, just sign in; if not, ask your administrator for another link.',
  },
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
