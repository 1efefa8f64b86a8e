export { isCurrency } from './currency.ts'
export { bankCodeOf, bareIban, ibanViolation } from './iban.ts'
export { taxViolations } from './tax-code.ts'
