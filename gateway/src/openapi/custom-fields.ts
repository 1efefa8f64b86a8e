import type { CustomFields } from '@vitrylo/auth'
import { customSchema } from '@vitrylo/custom'
import type { Schema } from '../contract/rules.ts'

const MESSAGES = { counterparties: 'Counterparty', 'contact-persons': 'ContactPerson', opportunities: 'Opportunity', requests: 'Request' }
const FACES = { in: 'Input', patch: 'Patch', out: '' } as const

/** The document with the custom fields of today in place of "any object"; the given one stays as it is. */
export function withCustomFields(document: Schema, customFields: CustomFields): Schema {
  const schemas: Record<string, Schema> = { ...document.components.schemas }
  for (const [resource, message] of Object.entries(MESSAGES)) {
    for (const [face, suffix] of Object.entries(FACES)) {
      const schema = schemas[message + suffix]
      if (schema?.properties?.custom === undefined) continue
      const { description } = schema.properties.custom
      const custom = { ...customSchema(customFields.get(resource) ?? [], face as keyof typeof FACES), description }
      schemas[message + suffix] = { ...schema, properties: { ...schema.properties, custom } }
    }
  }
  return { ...document, components: { ...document.components, schemas } }
}
