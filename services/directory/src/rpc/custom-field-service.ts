import type { CustomFieldServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/custom_field_service.ts'
import type { CustomSectionServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/custom_section_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { getCustomField, listCustomFields } from '../custom-field/custom-field-sql.ts'
import { getCustomSection, listCustomSections } from '../custom-field/custom-section-sql.ts'
import { changeField, changeSection, createField, createSection } from '../custom-field/save-custom-field.ts'

export function customFieldService({ pool }: Deps): Handlers<CustomFieldServiceServer> {
  return {
    getCustomField: ({ id }) => getCustomField(pool, id),
    listCustomFields: (request, call) => listCustomFields(pool, call, request),
    createCustomField: ({ customField }, { now, transact }) => transact((tx) => createField(tx, { ...customField!, pack: '' }, now)),
    updateCustomField: ({ customField, updateMask }, { now, transact }) => transact((tx) => changeField(tx, customField!, updateMask, now)),
  }
}

export function customSectionService({ pool }: Deps): Handlers<CustomSectionServiceServer> {
  return {
    getCustomSection: ({ id }) => getCustomSection(pool, id),
    listCustomSections: (request, call) => listCustomSections(pool, call, request),
    createCustomSection: ({ customSection }, { now, transact }) => transact((tx) => createSection(tx, { ...customSection!, pack: '' }, now)),
    updateCustomSection: ({ customSection, updateMask }, { now, transact }) => transact((tx) => changeSection(tx, customSection!, updateMask, now)),
  }
}
