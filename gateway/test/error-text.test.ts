import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

// By addresses that tsc does not follow: these files have the types of a browser, the tests those of Node.
const web = (path: string) => import(new URL(`../web/src/${path}`, import.meta.url).href)
const { ApiError } = await web('api/client.ts')
const { errorText } = await web('api/error-text.ts')
// The client's, not one of the gateway's own.
const { default: i18next } = await import(String('i18next'))

// Seen failing without the context: who may change but not delete was told that they may only view.
test.each(['uk', 'en'])('who sees a record is told in %s what exactly they may not do with it', async (language) => {
  const { errors } = JSON.parse(readFileSync(new URL(`../web/src/i18n/${language}/frame.json`, import.meta.url), 'utf8'))
  await i18next.init({ lng: language, resources: { [language]: { translation: { errors } } } })
  const told = (deed?: string) => errorText(new ApiError({ status: 403, reason: 'RECORD_VIEW_ONLY', metadata: { action: 'delete', ...(deed && { deed }) } }))
  const { RECORD_VIEW_ONLY: change, RECORD_VIEW_ONLY_delete: remove, RECORD_VIEW_ONLY_merge: merge, RECORD_VIEW_ONLY_share: share } = errors.reason
  expect(['change', 'delete', 'merge', 'share', undefined].map(told)).toEqual([change, remove, merge, share, change])
  expect(new Set([change, remove, merge, share]).size).toBe(4)
})
