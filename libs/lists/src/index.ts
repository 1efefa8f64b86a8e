export { pageOf, type ListDefinition, type ListRequest, type OrderField, type Page } from './list.ts'
export { parseFilter, type FieldType, type FilterField, type FilterFields } from './filter.ts'
