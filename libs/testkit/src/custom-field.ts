import { CustomFieldChangedEvent } from '@vitrylo/proto/events.ts'
import { CustomField } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import type { TestService } from './service.ts'

let last = 0

/** Tells a service of a custom field, as directory would; the copy in its memory follows within a second, or when a new name is used. */
export async function defineField(service: TestService, resource: string, name: string, more: Partial<CustomField> & { revision?: number; sectionVisibleWhen?: string } = {}): Promise<CustomField> {
  const { revision = 1, sectionVisibleWhen = '', ...given } = more
  const id = `01900000-0000-7000-8000-c${String(++last).padStart(11, '0')}`
  const customField = CustomField.fromPartial({ id, resource, name, kind: 'CUSTOM_FIELD_KIND_TEXT', label: { uk: name, en: name }, ...given })
  await service.receive({ type: CustomFieldChangedEvent, key: customField.id, revision, data: { customField, sectionVisibleWhen } })
  return customField
}
