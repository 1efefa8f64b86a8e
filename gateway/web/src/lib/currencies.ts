const CURRENCIES = ['UAH', 'EUR', 'USD', 'PLN']

/** Currencies to choose from, and the one that a record has already. */
export const currenciesWith = (currency: string): string[] => (currency === '' || CURRENCIES.includes(currency) ? CURRENCIES : [...CURRENCIES, currency])
