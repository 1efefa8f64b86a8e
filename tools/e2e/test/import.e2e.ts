import { readFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { cp1251 } from '../src/cp1251.ts'
import { newPhone, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

scene('a file of an older program (CP1251, semicolons) comes in: columns mapped, a dry run saves nothing, bad rows are named, the good ones go in', async ({ open, api }) => {
  const { word } = newWord()
  const rows = [`ТОВ «${word} Перша»;0${newPhone()};дуже важливий;`, `ПП «${word} Друга»;0${newPhone()};;31.02.2020`, `ФОП ${word} Третій;0${newPhone()};;28.02.2020`]
  const count = async () => (await api.get(`counterparties:search?q=${encodeURIComponent(word)}`))['counterparties'].length as number
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  await page.getByRole('button', { name: 'Імпорт' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles({ name: `клієнти-${word}.csv`, mimeType: 'text/csv', buffer: cp1251(['Клієнт;Тел;Коментар;Засновано', ...rows, ''].join('\r\n')) })
  await dialog.getByRole('button', { name: 'Завантажити' }).click()
  for (const [column, field] of [['Клієнт', 'Назва або ім’я'], ['Тел', 'Телефон'], ['Коментар', 'Примітка'], ['Засновано', 'Дата народження']]) {
    await dialog.getByLabel(`Поле для стовпця «${column}»`).first().click()
    await page.getByRole('option', { name: field!, exact: true }).click()
  }
  await dialog.getByRole('button', { name: 'Перші рядки' }).click()
  await dialog.locator('.im-preview').getByText(`ТОВ «${word} Перша»`).waitFor()
  await shot(desk, 'import mapping')
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.getByText('перевірка, нічого не збережено').waitFor()
  const refused = dialog.locator('.im-errors tbody tr')
  await refused.first().waitFor()
  await shot(desk, 'import dry run')
  expect(await refused.first().innerText()).toMatch(/3\s+Засновано/)
  expect(await dialog.locator('.im-figures').innerText()).toMatch(/Буде додано\s+2/)
  expect(await count()).toBe(0)

  // Back at the columns all stands as it was chosen, with every button in sight, and another check is made by what is chosen then.
  await dialog.getByRole('button', { name: 'До стовпців' }).click()
  const fieldOf = (column: string) => dialog.getByLabel(`Поле для стовпця «${column}»`).first()
  expect([await fieldOf('Коментар').inputValue(), await fieldOf('Засновано').inputValue()]).toEqual(['Примітка', 'Дата народження'])
  await dialog.getByRole('button', { name: 'Перші рядки' }).click()
  await dialog.locator('.im-preview').getByText('Організація').first().waitFor()
  for (const [width, height, colorScheme] of [[1440, 900, 'light'], [1024, 700, 'light'], [360, 740, 'dark']] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `import back at columns ${width}`)
    for (const button of await dialog.locator('.form-foot .btn').all()) {
      const { x, y, width: wide, height: high } = (await button.boundingBox())!
      expect([x >= 0, y >= 0, x + wide <= width, y + high <= height]).toEqual([true, true, true, true])
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await fieldOf('Засновано').click()
  await page.getByRole('option', { name: 'Зовнішній код', exact: true }).click()
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.locator('.im-figures', { hasText: /Буде додано\s*3/ }).waitFor()
  await dialog.getByRole('button', { name: 'До стовпців' }).click()
  await fieldOf('Засновано').click()
  await page.getByRole('option', { name: 'Дата народження', exact: true }).click()

  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  await dialog.locator('.im-figures', { hasText: /Додано\s*2/ }).waitFor()
  await dialog.getByRole('button', { name: 'Готово' }).click()
  expect(await count()).toBe(2)
  await page.getByRole('searchbox').fill(word)
  await page.getByRole('link', { name: `ТОВ «${word} Перша»` }).waitFor()

  // Who looked at the dialog has seen how all three ended: neither the bell nor a toast says it once more. Seen failing: three unread.
  const told = async () => {
    const { notifications } = await page.evaluate(async () => (await fetch('/api/v1/notifications?pageSize=50')).json() as Promise<{ notifications: { title: string; readTime?: string }[] }>)
    return notifications.filter(({ title }) => title === `клієнти-${word}.csv`)
  }
  await until(async () => (await told()).length === 3 && (await told()).every(({ readTime }) => readTime !== undefined), 'three endings, each read')
  expect(await page.getByText(`клієнти-${word}.csv`).count()).toBe(0)
})

scene('an import is found among those of before and taken back; the list leaves as a file', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'admin', theme: 'dark' })
  const { page } = desk
  const count = async () => (await api.get(`counterparties:search?q=${encodeURIComponent(word)}`))['counterparties'].length as number
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Імпорт' }).click()
  await dialog.locator('input[type=file]').setInputFiles({ name: 'нові.csv', mimeType: 'text/csv', buffer: Buffer.from(`Назва;Телефон\nПП «${word}»;0${newPhone()}\n`) })
  await dialog.getByRole('button', { name: 'Завантажити' }).click()
  await dialog.getByText('Запропоновано за назвами стовпців').waitFor()
  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  await dialog.locator('.im-figures', { hasText: /Додано\s*1/ }).waitFor()
  await dialog.getByRole('button', { name: 'Готово' }).click()
  expect(await count()).toBe(1)

  await page.getByRole('button', { name: 'Імпорт' }).click()
  await dialog.getByText('Попередні імпорти').waitFor()
  await shot(desk, 'imports of before')
  await dialog.getByRole('button', { name: 'Відкрити' }).first().click()
  await dialog.getByRole('button', { name: 'Скасувати імпорт' }).click()
  await page.getByRole('dialog', { name: 'Скасувати імпорт?' }).getByRole('button', { name: 'Скасувати імпорт' }).click()
  await dialog.getByText('скасовано').waitFor()
  await shot(desk, 'import undone')
  expect(await count()).toBe(0)
  await dialog.getByRole('button', { name: 'Готово' }).click()

  const file = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Вивантажити' }).click()
  await shot(desk, 'export')
  await page.getByRole('menuitem', { name: 'CSV', exact: true }).click()
  expect((await file).suggestedFilename()).toBe('counterparties.csv')
})

// Seen failing with the external code as the first key: all were added once more.
scene('what was exported is imported again without doubles; a searched list is exported as it is searched; a key that knows nobody is warned of', async ({ open, api }) => {
  const { word } = newWord()
  for (const name of ['Перша', 'Друга']) await api.post('counterparties', { kind: 'organisation', displayName: `ТОВ «${word} ${name}»` })
  const count = async () => (await api.get(`counterparties:search?q=${encodeURIComponent(word)}`))['counterparties'].length as number
  const desk = await open({ as: 'admin' })
  const { page } = desk
  const dialog = page.getByRole('dialog')
  await desk.go(`/counterparties?q=${encodeURIComponent(word)}`)
  await page.getByRole('link', { name: `ТОВ «${word} Друга»` }).waitFor()
  await page.getByRole('button', { name: 'Вивантажити' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV', exact: true }).click()])
  const text = readFileSync(await file.path(), 'utf8')
  expect(text.trim().split('\n')).toHaveLength(3)

  const load = async () => {
    await desk.go('/counterparties?import=true')
    await dialog.locator('input[type=file]').setInputFiles({ name: `${word}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text.replaceAll('Перша', 'Змінена')) })
    await dialog.getByRole('button', { name: 'Завантажити' }).click()
    await dialog.getByText('Код запису (з вивантаження)').first().waitFor()
  }
  await load()
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.locator('.im-figures', { hasText: /Буде додано\s*0\s*Буде оновлено\s*2/ }).waitFor()
  await shot(desk, 'import of an own export')
  await dialog.getByRole('button', { name: 'До стовпців' }).click()

  // The external code alone, which is empty in the file.
  await dialog.locator('.im-rules .mantine-Pill-remove').first().click()
  await dialog.getByRole('button', { name: 'Перші рядки' }).click()
  await dialog.getByText('вибраний ключ порожній').waitFor()
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.getByText('Жодного рядка не впізнано за ключем').waitFor()
  await shot(desk, 'import by a key that knows nobody')
  await dialog.getByRole('button', { name: 'До стовпців' }).click()
  await page.keyboard.press('Escape')

  expect(await count()).toBe(2)
})

scene('a file of firms with their people: the columns of the person are guessed, the bell tells that the import ended and leads back to it', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Імпорт' }).click()
  await dialog.locator('input[type=file]').setInputFiles({ name: `фірми-${word}.csv`, mimeType: 'text/csv', buffer: Buffer.from(['Компанія;Контактна особа;Посада;Телефон особи', `ТОВ «${word}»;${word} Олена;директорка;0${newPhone()}`, ...Array.from({ length: 1_999 }, (_none, at) => `ПП «${word} ${at}»;;;`), ''].join('\n')) })
  await dialog.getByRole('button', { name: 'Завантажити' }).click()
  await dialog.getByLabel('Поле для стовпця «Посада»').first().waitFor()
  expect(await dialog.getByLabel('Поле для стовпця «Посада»').first().inputValue()).toBe('Контактна особа: Посада')
  await dialog.getByRole('button', { name: 'Перші рядки' }).click()
  await dialog.locator('.im-preview').getByText('директорка').waitFor()
  await shot(desk, 'import with persons')
  // The buttons keep off the edge of a dialog that is longer than the screen.
  const [foot, box] = [(await dialog.locator('.form-foot .btn').last().boundingBox())!, (await dialog.boundingBox())!]
  expect(box.y + box.height - foot.y - foot.height).toBeGreaterThanOrEqual(12)
  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  // Who does not wait is told.
  await dialog.getByRole('button', { name: 'Призупинити' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Завершення імпорту').first().waitFor({ timeout: 60_000 })
  const { counterparties: [{ id }] } = (await api.get(`counterparties?filter=${encodeURIComponent(`displayName="ТОВ «${word}»"`)}`)) as unknown as { counterparties: [{ id: string }] }
  const { contactPersons } = (await api.get(`contact-persons?filter=${encodeURIComponent(`counterpartyId="${id}"`)}`)) as unknown as { contactPersons: { displayName: string }[] }
  expect(contactPersons.map(({ displayName }) => displayName)).toEqual([`${word} Олена`])

  await page.getByRole('button', { name: /сповіщен/i }).first().click()
  const notice = page.locator('.notice', { hasText: `фірми-${word}.csv` })
  await notice.getByText(/завершено, додано 2.000/).waitFor()
  await shot(desk, 'import ended')
  expect(await notice.evaluate((line) => line.scrollWidth - line.clientWidth)).toBe(0)
  await notice.getByRole('link').click()
  await dialog.locator('.im-figures', { hasText: /Додано\s*2.000/ }).waitFor()
})

scene('a refused row says what would do, whole, before the import and after it', async ({ open, api }) => {
  const { word } = newWord()
  const label = (uk: string) => ({ uk, en: uk })
  await api.post('custom-fields', { resource: 'counterparties', name: `i_${Date.now().toString(36)}`, kind: 'choice', label: label(`Папір ${word}`), position: 950, options: [{ word: 'a4', label: label('Аркуш') }, { word: 'roll', label: label('Рулон') }] })
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  await desk.go('/counterparties')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Імпорт' }).click()
  await dialog.locator('input[type=file]').setInputFiles({ name: `помилки-${word}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`Назва;VIP;Ролі;Папір ${word}\nТОВ «${word}»;мабуть;невідомо;цегла\n`) })
  await dialog.getByRole('button', { name: 'Завантажити' }).click()
  await dialog.getByRole('button', { name: 'Перші рядки' }).click()
  const told = async (cell: Locator) => {
    await cell.waitFor()
    expect(await cell.innerText()).toMatch(/Напишіть «так» або «ні»|Має бути одне з цього: Клієнт/)
    expect(await cell.evaluate((field) => field.scrollWidth - field.clientWidth)).toBe(0)
  }
  await told(dialog.locator('.im-bad'))
  // Options of custom fields by their names, as the fields themselves.
  expect(await dialog.locator('.im-bad').innerText()).toContain(`Папір ${word}: Має бути одне з цього: Аркуш, Рулон`)
  expect(await dialog.getByLabel(`Поле для стовпця «Папір ${word}»`).first().inputValue()).toBe(`Папір ${word}`)
  await shot(desk, 'import refused before')
  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  await told(dialog.locator('.im-errors td:nth-child(3)').first())
  await shot(desk, 'import refused')

  // Another file, from where one is; a value that no two may have says who has it.
  await api.post('custom-fields', { resource: 'counterparties', name: `u_${Date.now().toString(36)}`, kind: 'text', unique: true, label: label(`Пропуск ${word}`), position: 951 })
  await page.reload()
  const take = async (rows: string[]) => {
    await dialog.locator('input[type=file]').setInputFiles({ name: `двічі-${word}.csv`, mimeType: 'text/csv', buffer: Buffer.from([`Назва;Пропуск ${word}`, ...rows, ''].join('\n')) })
    await dialog.getByRole('button', { name: 'Завантажити' }).click()
    await dialog.getByRole('button', { name: 'Перевірити' }).waitFor()
  }
  await take([`ПП «${word} не той файл»;1`])
  await dialog.getByRole('button', { name: '1. Файл' }).click()
  await take([`ПП «${word} А»;77`, `ПП «${word} Б»;77`])
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.getByText('Те саме значення має рядок 2 цього файлу').waitFor()
  await shot(desk, 'import refused double')
  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  await dialog.locator('.im-figures', { hasText: /Додано\s*1/ }).waitFor()
  await dialog.getByRole('button', { name: '1. Файл' }).click()
  await take([`ПП «${word} В»;77`])
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.getByText(`Значення вже має: ПП «${word} А»`).waitFor()
  await shot(desk, 'import refused double of a record')
})

scene('opportunities come in from a file by rules of their own, and are taken back', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'admin', theme: 'dark' })
  const { page } = desk
  await desk.go('/opportunities')
  const dialog = page.getByRole('dialog')
  const found = async () => (await api.get(`opportunities?filter=${encodeURIComponent(`title="Дах ${word}"`)}`))['opportunities'].length as number
  await page.getByRole('button', { name: 'Імпорт' }).click()
  await dialog.locator('input[type=file]').setInputFiles({ name: 'угоди.csv', mimeType: 'text/csv', buffer: Buffer.from(`Назва угоди;Сума;Валюта\nДах ${word};1000;UAH\n`) })
  await dialog.getByRole('button', { name: 'Завантажити' }).click()
  await dialog.getByText('За чим упізнавати наявні записи').waitFor()
  await shot(desk, 'import of opportunities')
  await dialog.getByRole('button', { name: 'Імпортувати' }).click()
  await dialog.locator('.im-figures', { hasText: /Додано\s*1/ }).waitFor()
  expect(await found()).toBe(1)
  await dialog.getByRole('button', { name: 'Скасувати імпорт' }).click()
  await page.getByRole('dialog', { name: 'Скасувати імпорт?' }).getByRole('button', { name: 'Скасувати імпорт' }).click()
  await dialog.getByText('скасовано').waitFor()
  expect(await found()).toBe(0)
})

// Seen failing with `update` as the beginning of every key: of two people with one number the second took the place of the first.
scene('records are known by a key that the file has, by itself, and left alone where it may find another’s; where the file has none, the check says so', async ({ open }) => {
  const { word } = newWord()
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  const dialog = page.getByRole('dialog')
  const rules = dialog.locator('.im-rules')
  const begin = async (columns: string, row: string) => {
    await desk.go('/counterparties')
    await page.getByRole('button', { name: 'Імпорт' }).click()
    await dialog.locator('input[type=file]').setInputFiles({ name: `${word}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`${columns}\n${row}\n${row}\n`) })
    await dialog.getByRole('button', { name: 'Завантажити' }).click()
    await rules.waitFor()
  }
  const chosen = () => rules.locator('.mantine-Pill-label').allInnerTexts()
  await begin('Назва;Телефон;ЄДРПОУ', `ТОВ «${word}»;0${newPhone()};14360570`)
  expect(await chosen()).toEqual(['ЄДРПОУ / РНОКПП'])
  const known = dialog.getByLabel('Якщо запис уже є').first()
  const warning = dialog.getByText('може знайтися чужий запис')
  expect([await known.inputValue(), await warning.count()]).toEqual(['замінити тим, що у файлі', 0])
  await begin('Назва;Телефон', `ТОВ «${word}»;0${newPhone()}`)
  expect([await chosen(), await known.inputValue(), await warning.count()]).toEqual([['Телефон'], 'не змінювати', 0])
  await known.click()
  await page.getByRole('option', { name: 'замінити тим, що у файлі' }).click()
  await warning.waitFor()
  await shot(desk, 'import that may overwrite')
  await known.click()
  await page.getByRole('option', { name: 'не змінювати' }).click()
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.locator('.im-figures', { hasText: /Буде додано\s*1/ }).waitFor()
  expect(await dialog.locator('.im-figures').innerText()).toMatch(/Буде оновлено\s*0[^]*Пропущено\s*1/)
  await dialog.getByText('Пропущені рядки збігаються за ключем').waitFor()
  await shot(desk, 'import that passes over')
  expect(await dialog.getByText('У файлі немає жодного з цих ключів').count()).toBe(0)
  await begin('Назва;Місто', `ТОВ «${word}»;Київ`)
  await rules.getByText('У файлі немає жодного з цих ключів').waitFor()
  await shot(desk, 'import without a key')
  await dialog.getByRole('button', { name: 'Перевірити' }).click()
  await dialog.locator('.im-figures', { hasText: /Буде додано\s*2/ }).waitFor()
  await dialog.getByText('У файлі немає жодного з цих ключів').waitFor()
})
