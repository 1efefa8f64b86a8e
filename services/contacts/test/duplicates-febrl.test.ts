import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { factsOf, type Facts } from '../src/duplicates/facts.ts'
import { findPairs } from '../src/duplicates/find-pairs.ts'
import { countValues } from '../src/duplicates/frequency.ts'

const FEBRL = new URL('../../../../shared/data/febrl-persons/', import.meta.url)
const testWithData = existsSync(FEBRL) ? test : test.skip

/** As an import would map them. The first column holds the truth: it becomes the id and is no field of a record. */
function read(name: string): Facts[] {
  const [head, ...lines] = readFileSync(new URL(name, FEBRL), 'utf8').trim().split('\n')
  const columns = head!.split(',').map((column) => column.trim())
  return lines.map((line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? ''
    const text = (...names: string[]): string => names.map(cell).filter((part) => part !== '').join(' ')
    return factsOf(Counterparty.fromPartial({
      id: cell('rec_id'),
      displayName: text('surname', 'given_name'),
      taxCode: cell('soc_sec_id'),
      birthday: cell('date_of_birth'),
      addresses: [{ city: cell('suburb'), postcode: cell('postcode'), region: cell('state'), street: text('street_number', 'address_1', 'address_2') }],
    }))
  })
}

/** Answers are read here, after everything was decided. */
function measure(name: string): { recall: number; precision: number; found: number } {
  const records = read(name)
  const pairs = findPairs(records, countValues(records))
  const entity = (id: string): string => id.split('-')[1]!
  const right = pairs.filter(({ low, high }) => entity(low) === entity(high)).length
  const sizes = Map.groupBy(records, ({ id }) => entity(id)).values()
  const truth = [...sizes].reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0)
  return { recall: right / truth, precision: right / pairs.length, found: pairs.length }
}

testWithData('febrl: one set of rules finds the duplicates of both lists', () => {
  const [one, two] = [measure('dataset1.csv'), measure('dataset2.csv')]
  process.stdout.write(`febrl dataset1 ${JSON.stringify(one)}, dataset2 ${JSON.stringify(two)}\n`)
  expect(one.recall).toBeGreaterThanOrEqual(0.97)
  expect(one.precision).toBeGreaterThanOrEqual(0.99)
  expect(two.recall).toBeGreaterThanOrEqual(0.9)
  expect(two.precision).toBeGreaterThanOrEqual(0.97)
})
