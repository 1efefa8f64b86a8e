// What we use of oidc-provider, which ships no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Context = {
    req: IncomingMessage
    res: ServerResponse
    status: number
    type: string
    body: unknown
    cookies: { set(name: string, value: string | null, options?: object): void }
    oidc: { client?: { clientId: string }; params?: Record<string, string | undefined>; /** Of the interaction that has just ended. */ result?: Record<string, object> }
  }
  export type Interaction = {
    uid: string
    prompt: { name: string }
    params: Record<string, string | undefined>
    session?: { accountId: string; uid: string }
  }
  export type StoredToken = { kind: string; clientId: string; accountId?: string; sid?: string; grantId?: string }
  export type JwtParts = { header?: object; payload: Record<string, unknown> }

  export type Grant = {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export type Session = {
    jti: string
    uid: string
    accountId?: string
    loginAccount(details: { accountId: string; amr: string[]; acr: string; /** Only until the browser ends. */ transient: boolean }): void
    save(seconds: number): Promise<string>
  }

  export class Provider {
    constructor(issuer: string, configuration: object)
    readonly issuer: string
    proxy: boolean
    /** What every context has; Koa calls `onerror` where an error gets past the pages of the library, and with nothing at the end of an answer. */
    readonly context: { onerror(this: Context, error: unknown): void }
    readonly Grant: { new (of: { accountId: string; clientId: string }): Grant; find(id: string): Promise<Grant | undefined> }
    readonly RefreshToken: { find(token: string): Promise<(StoredToken & { exp: number; scope?: string }) | undefined> }
    readonly Session: { new (): Session; get(ctx: Context): Promise<Session> }
    callback(): (req: IncomingMessage, res: ServerResponse) => void
    createContext(req: IncomingMessage, res: ServerResponse): Context
    cookieName(of: 'session'): string
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object, options?: object): Promise<void>
    /** Keeps the result and gives the address where the sign-in goes on. */
    interactionResult(req: IncomingMessage, res: ServerResponse, result: object, options?: object): Promise<string>
    on(event: string, listener: (ctx: Context, error: Error & { error?: string }) => void): this
  }
  type Check = object
  type Prompt = object
  export const interactionPolicy: {
    Check: { new (reason: string, description: string, check: (ctx: Context) => boolean): Check }
    Prompt: { new (of: { name: string; requestable: boolean }, check: Check): Prompt }
    /** Sign-in and consent. */
    base(): { add(prompt: Prompt): void }
  }
  export const errors: { InvalidGrant: new (message: string) => Error; SessionNotFound: new (message?: string) => Error }
}
