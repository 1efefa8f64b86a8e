import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export type Language = 'uk' | 'en'

const loaders = { uk: () => import('./uk/index.ts'), en: () => import('./en/index.ts') }
const storageKey = 'vitrylo.language'

function chosen(): Language {
  try {
    const stored = localStorage.getItem(storageKey)
    if (stored === 'uk' || stored === 'en') return stored
  } catch {
    // Closed storage: the browser's language decides.
  }
  return navigator.language.startsWith('en') ? 'en' : 'uk'
}

/** Loads one language only; the other comes when it is chosen. */
export async function startLanguage() {
  const language = chosen()
  const { words } = await loaders[language]()
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
}

export async function setLanguage(language: Language) {
  const { words } = await loaders[language]()
  i18next.addResourceBundle(language, 'translation', words, true, true)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // The choice then lasts until the page is closed.
  }
}
