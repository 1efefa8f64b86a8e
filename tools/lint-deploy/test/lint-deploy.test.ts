import { expect, test } from '@jest/globals'
import { ownLines } from '../src/go-tool.ts'
import { readValues, schemaOf, tableOf, undocumented } from '../src/values.ts'

const values = readValues(`# -- Level of logs.
# @schema {"enum": ["info", "debug"]}
logLevel: info
# -- What a service may set.
presets:
  # -- Pods.
  # @schema {"minimum": 1}
  replicas: 2
  # -- Labels | of pods.
  # @schema {"additionalProperties": {"type": "string"}}
  labels: {}
  secret: ''
# -- The services.
# @entries presets
services:
  sales: {}
`)

test('a key that is not in values.yaml is refused at every depth', () => {
  const { properties, additionalProperties } = schemaOf(values) as { properties: Record<string, object>; additionalProperties: boolean }
  expect(additionalProperties).toBe(false)
  expect(properties.presets).toMatchObject({ additionalProperties: false, properties: { replicas: { type: 'integer', minimum: 1 } } })
  expect(properties.logLevel).toEqual({ description: 'Level of logs.', type: 'string', enum: ['info', 'debug'] })
})

test('any entry of a table has the keys of its presets', () => {
  expect((schemaOf(values) as { properties: Record<string, object> }).properties.services).toMatchObject({ additionalProperties: { $ref: '#/properties/presets' } })
})

test('the table for people has a row for each value, with its default', () => {
  expect(tableOf(values).split('\n').slice(2)).toEqual([
    '| `logLevel` | `"info"` | Level of logs. |',
    '| `presets` |  | What a service may set. |',
    '| `presets.replicas` | `2` | Pods. |',
    '| `presets.labels` | `{}` | Labels \\| of pods. |',
    '| `presets.secret` | `""` |  |',
    '| `services` | sales | The services. |',
  ])
})

test('a value without a comment is found', () => {
  expect(undocumented(values)).toEqual(['presets.secret'])
})

test('a tool is built with the lines of its go.mod that count in the main module alone', () => {
  const goMod = 'module x\n\ngo 1.26.0\n\nrequire a v1\n\nreplace b => c v2\n\nexclude (\n\td v3\n)\n\nrequire (\n\te v1\n)\n'
  expect(ownLines(goMod)).toEqual(['go 1.26.0', 'replace b => c v2', 'exclude (', '\td v3', ')'])
})
