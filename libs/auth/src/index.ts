export { CLOCK_SKEW_S, createVerifier, GATEWAY_ISSUER, nameIn, type Claims, type Verify, type VerifierOptions } from './verify.ts'
export { createGrants, type Exchange, type Grant, type Grants, type GrantsOptions } from './grants.ts'
export { createIntrospect, type Introspect, type IntrospectionOptions, type Standing } from './introspection.ts'
export { createLogoutVerifier, type LogoutNotice, type LogoutVerifierOptions } from './logout-token.ts'
export { callerOf, callerOfEmployee, identitiesOf, type Caller } from './caller.ts'
export { customFieldOf, type CustomField, type CustomFields, type CustomKind, type Label } from './custom-fields.ts'
export { assertInForce, type Integration, type IntegrationFacts } from './integrations.ts'
export { decide, type Decision, type Ground, type Question } from './decide.ts'
export { isLive, reachAt, rulesOf, type Identity, type Reach } from './reach.ts'
export { decideField, decideFields, isAmong, limitsAt, type LimitDecision, type LimitGround, type Limits } from './limits.ts'
export { branchesBelow, rightsData } from './rights.ts'
export type { BranchFacts, Cell, EmployeeFacts, FieldCell, FieldRule, RightsData, RightsFacts, Rule, Scope } from './rights.ts'
export { assertReaches, may, scopeOf, sees, type ScopeColumns, type Share } from './scope.ts'
export { cellOf, fieldCellOf, rightsHandlers, rightsProjection } from './rights-events.ts'
export { etagOfShares, lockShares, replaceShares, sharesOf, type GivenShare } from './shares.ts'
export { startRightsStore, type RightsStore } from './rights-store.ts'

/** Tables of the copy of the rights, for `migrate`. */
export const rightsMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_rights' }
