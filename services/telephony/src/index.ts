import { CallServiceService, type CallServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { PbxServiceService, type PbxServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import { sql } from '@vitrylo/pg'
import { CallAccessServiceService, type CallAccessServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/call_access_service.ts'
import { CallRetentionRuleServiceService, type CallRetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/call_retention_rule_service.ts'
import { accessService, defineService, heeding, holdsHandler, mergeMigrations, retentionMigrations, retentionRuleList, retentionRuleService, retentionSweep, serve, subjectHandlers, subjectMigrations, subjectSweep } from '@vitrylo/service'
import { clearParties } from './party/party-sql.ts'
import { partyHandlers } from './events/on-party-changed.ts'
import { requestHandlers } from './events/on-request.ts'
import { callList } from './journal/call-sql.ts'
import { startLinks } from './pbx/links.ts'
import { renewSecrets } from './pbx/renew-secrets.ts'
import { retained } from './retention/resources.ts'
import { callService } from './rpc/call-service.ts'
import { pbxService } from './rpc/pbx-service.ts'
import { places } from './subject/places.ts'

const followed = heeding(places, partyHandlers)

/** Exchanges and their calls: the journal, and the card on the agent's screen while the phone rings. */
export const telephony = defineService({
  name: 'telephony',
  migrations: new URL('../migrations/', import.meta.url),
  lists: { calls: callList, 'call-retention-rules': retentionRuleList },
  sharedMigrations: [mergeMigrations, subjectMigrations, retentionMigrations],
  seed: renewSecrets,
  rpc: (deps) => [
    serve<CallServiceServer>(CallServiceService, callService(deps)),
    serve<PbxServiceServer>(PbxServiceService, pbxService(deps)),
    serve<CallRetentionRuleServiceServer>(CallRetentionRuleServiceService, retentionRuleService(deps, retained)),
    serve<CallAccessServiceServer>(CallAccessServiceService, accessService(deps, 'calls', { table: sql`call`, branch: sql`branch_id`, owner: sql`owner_id` })),
  ],
  handlers: (deps) => [...followed, holdsHandler, ...requestHandlers, ...subjectHandlers(deps, 'telephony', places)],
  sweeps: (deps) => [subjectSweep({ ...deps, places }), retentionSweep(deps, retained)],
  projections: () => [{ name: 'parties', handlers: followed, clear: clearParties }],
  start: startLinks,
})
