import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaUsers } from './kafka-users.ts'
import { readValues, schemaOf, tableOf, undocumented } from './values.ts'

const BEGIN = '<!-- values: made by `make chart` from the comments of values.yaml -->'
const END = '<!-- /values -->'

export type Generated = { files: ReadonlyMap<string, string>; undocumented: readonly string[] }

/** What is made from values.yaml: the schema, and the table in the README between its two marks; and from the code: rights on Kafka. */
export function generate(chart: string): Generated {
  const values = readValues(readFileSync(join(chart, 'values.yaml'), 'utf8'))
  const readme = readFileSync(join(chart, 'README.md'), 'utf8')
  const [head, rest] = [readme.slice(0, readme.indexOf(BEGIN)), readme.slice(readme.indexOf(END))]
  if (!readme.includes(BEGIN) || !readme.includes(END)) throw new Error(`README.md of the chart has no ${BEGIN} … ${END}`)
  return {
    undocumented: undocumented(values),
    files: new Map([
      [join(chart, 'values.schema.json'), `${JSON.stringify(schemaOf(values), null, 2)}\n`],
      [join(chart, 'README.md'), `${head}${BEGIN}\n${tableOf(values)}\n${rest}`],
      ['deploy/k8s/stores/kafka-users.yaml', kafkaUsers()],
    ]),
  }
}
