// What the firm is made of: requisites of branches and what comes from above.
// Seen failing: `iban` taken out of its group (the bank of the head office stood beside the account of the branch), `inherited` left in the event.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BranchServiceService as Branches, CreateBranchRequest, UpdateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { startTestService, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'
import { settle } from './settle.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
  await settle(service)
}, 60_000)
afterAll(() => service?.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(() => 'accepted', ({ code, reason, violations = [] }) => [code, reason, ...violations.map((v: { field: string; rule: string }) => `${v.field} ${v.rule}`)].join(' '))
const addBranch = (branch: object, key?: string) => service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Філія', code: 'x', ...branch } }), { key })
const changeBranch = (id: string, branch: object, updateMask: string[]) => service.call(Branches.updateBranch, UpdateBranchRequest.fromPartial({ branch: { id, ...branch }, updateMask }))
const branchOf = (id: string) => service.call(Branches.getBranch, { id })

const requisites = {
  legalName: 'ТОВ «Вітрило»', taxCode: '14360570', iban: 'ua213223130000026007233566001', bankName: 'Банк', bankCode: '', legalAddress: 'м. Київ, вул. Хрещатик, 1', director: 'Надія Коваленко',
}

test('requisites are checked as those of counterparties are, field by field, and the bank comes of the account', async () => {
  const wrong = { taxCode: '14360571', vatNumber: '123', iban: 'UA213223130000026007233566002', bankCode: '300001' }
  expect(await refusal(addBranch({ requisites: wrong, currency: 'DEM' }))).toBe(
    'INVALID_ARGUMENT FIELDS_INVALID branch.requisites.taxCode edrpou-check branch.requisites.vatNumber vat-number branch.requisites.iban iban-check branch.currency choice',
  )
  expect(await refusal(addBranch({ requisites: { iban: requisites.iban, bankCode: '300001' } }))).toBe('INVALID_ARGUMENT FIELDS_INVALID branch.requisites.bankCode bank-code')
  expect(await refusal(addBranch({ requisites: { bankName: 'Банк' } }))).toBe('INVALID_ARGUMENT FIELDS_INVALID branch.requisites.iban required')
  expect(await refusal(addBranch({ numberingPrefix: 'київ-1' }))).toMatch(/^INVALID_ARGUMENT FIELDS_INVALID branch.numberingPrefix/)
  const saved = await addBranch({ requisites })
  expect(saved.requisites).toMatchObject({ taxCode: '14360570', iban: 'UA213223130000026007233566001', bankCode: '322313' })
  // An older wrong code does not stand in the way of a new name.
  await service.pool.query(`update branch set requisites = '{"taxCode": "1"}' where id = $1`, [saved.id])
  expect(await refusal(changeBranch(saved.id, { name: 'Нова назва' }, ['name']))).toBe('accepted')
  expect((await changeBranch(saved.id, { requisites: {} }, ['requisites'])).requisites).toBeUndefined()
})

test('what is empty comes from the nearest branch above that has it, and the source is told', async () => {
  const week = Array.from({ length: 7 }, () => ({ shifts: [{ from: 540, until: 1080 }] }))
  const head = await addBranch({ name: 'Центр', requisites, currency: 'UAH', numberingPrefix: 'Ц', calendar: { timeZone: 'Europe/Kyiv', week, exceptions: [] } })
  expect(head.inherited).toEqual([])
  const middle = await addBranch({ name: 'Область', parentId: head.id, currency: 'EUR' })
  const low = await addBranch({ name: 'Район', parentId: middle.id, requisites: { iban: 'PL61109010140000071219812874', director: 'Ганна Райська' } })
  const told = Object.fromEntries(low.inherited.map(({ field, value, branchId }) => [field, [value, branchId]]))
  expect(told).toEqual({
    'requisites.legalName': ['ТОВ «Вітрило»', head.id], 'requisites.taxCode': ['14360570', head.id], 'requisites.legalAddress': [requisites.legalAddress, head.id],
    currency: ['EUR', middle.id], numberingPrefix: ['Ц', head.id], 'calendar.timeZone': ['Europe/Kyiv', head.id],
  })
  expect((await branchOf(low.id)).inherited).toEqual(low.inherited)
  await changeBranch(middle.id, { currency: '', requisites: { legalName: 'Відокремлений підрозділ' } }, ['currency', 'requisites'])
  const now = Object.fromEntries((await branchOf(low.id)).inherited.map(({ field, value }) => [field, value]))
  expect([now['currency'], now['requisites.legalName']]).toEqual(['UAH', 'Відокремлений підрозділ'])
  const { branches } = await service.call(Branches.listBranches, { pageSize: 0, pageToken: '', filter: 'currency = "" AND name = "Район"', orderBy: '' })
  expect(branches.map(({ inherited }) => inherited.length)).toEqual([6])
  // What comes from above changes without the branch: an event of the branch cannot tell it.
  expect((await service.published()).filter(({ key }) => key === low.id).map(({ data }) => (data as { branch: { inherited?: unknown[] } }).branch.inherited ?? [])).toEqual([[]])
})

test('no two branches have the same prefix of numbers, also when both want it at once', async () => {
  const wanted = await Promise.all(['А', 'Б', 'В'].map((name) => refusal(addBranch({ name, numberingPrefix: 'СПІЛ1' }))))
  expect(wanted.toSorted()).toEqual(['ALREADY_EXISTS TAKEN', 'ALREADY_EXISTS TAKEN', 'accepted'])
  expect(await refusal(addBranch({ numberingPrefix: '' }))).toBe('accepted')
})
