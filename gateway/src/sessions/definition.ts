import { AppPasswordServiceService, type AppPasswordServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/app_password_service.ts'
import { SessionServiceService, type SessionServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/session_service.ts'
import { SignInRetentionRuleServiceService, type SignInRetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/sign_in_retention_rule_service.ts'
import { defineService, retentionMigrations, retentionRuleService, serve } from '@vitrylo/service'
import { appPasswordService } from '../app-passwords/app-password-service.ts'
import { retained } from '../retention/resources.ts'
import { sessionService } from './session-service.ts'

/** The gateway's own part of the contract: it is served as every other, beside the doors that it is reached through. */
export const sessions = defineService({
  name: 'sessions',
  migrations: new URL('../../migrations/', import.meta.url),
  sharedMigrations: [retentionMigrations],
  rpc: (deps) => [
    serve<SessionServiceServer>(SessionServiceService, sessionService(deps)),
    serve<AppPasswordServiceServer>(AppPasswordServiceService, appPasswordService(deps)),
    serve<SignInRetentionRuleServiceServer>(SignInRetentionRuleServiceService, retentionRuleService(deps, retained)),
  ],
})
