// The package types its middleware only; we take its core.
declare module 'keycloak-connect/middleware/auth-utils/config.js' {
  export default class Config {
    constructor(settings: Record<string, unknown>)
  }
}

declare module 'keycloak-connect/middleware/auth-utils/grant-manager.js' {
  import type Config from 'keycloak-connect/middleware/auth-utils/config.js'

  type Token = { token: string; content: Record<string, unknown> & { exp: number } }
  type Grant = { access_token: Token; refresh_token?: Token; id_token?: Token }

  export default class GrantManager {
    rotation: { realmUrl: string }
    constructor(config: Config)
    createGrant(json: string): Promise<Grant>
  }
}
