// The package types its middleware only; we take its core.
declare module 'keycloak-connect/middleware/auth-utils/config.js' {
  const Config: new (settings: Record<string, unknown>) => object
  export default Config
}

declare module 'keycloak-connect/middleware/auth-utils/grant-manager.js' {
  type Token = { token: string; content: Record<string, unknown> & { exp: number } }
  type Grant = { access_token: Token; refresh_token?: Token; id_token?: Token }
  type Manager = { rotation: { realmUrl: string }; createGrant(json: string): Promise<Grant> }

  const GrantManager: new (config: object) => Manager
  export default GrantManager
}
