export { createVerifier, type Claims, type Verify, type VerifierOptions } from './verify.ts'
export { createGrants, type Exchange, type Grant, type Grants, type GrantsOptions } from './grants.ts'
export { createIntrospect, type Introspect, type IntrospectionOptions, type Standing } from './introspection.ts'
export { createLogoutVerifier, type LogoutNotice, type LogoutVerifierOptions } from './logout-token.ts'
export { branchesBelow, callerOf, callerOfEmployee, scopeFor } from './rights.ts'
export type { BranchFacts, Caller, Cell, EmployeeFacts, Reach, RightsData, Scope } from './rights.ts'
export { assertReaches, may, scopeOf, sees, type ScopeColumns } from './scope.ts'
export { rightsHandlers, rightsProjection } from './rights-events.ts'
export { startRightsStore, type RightsStore } from './rights-store.ts'

/** Tables of the copy of the rights, for `migrate`. */
export const rightsMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_rights' }
