import { QueueServiceService, type QueueServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue_service.ts'
import { RequestServiceService, type RequestServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { customIndexHandler, customIndexJobs, customMigrations, customIndexSweep } from '@vitrylo/custom'
import { fileMigrations, filesSweep } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { RequestIndexChangedEvent } from '@vitrylo/proto/events.ts'
import { RequestAccessServiceService, type RequestAccessServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_access_service.ts'
import { RequestPossessionServiceService, type RequestPossessionServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_possession_service.ts'
import { RequestRetentionRuleServiceService, type RequestRetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_retention_rule_service.ts'
import { accessService, bySystem, defineService, handoverHandler, handoverJobs, handoverMigrations, handoverSweep, heeding, holdsHandler, mergeHandlers, mergeMigrations, possessionService, retentionMigrations, retentionRuleList, retentionRuleService, retentionSweep, serve, subjectHandlers, subjectMigrations, subjectSweep } from '@vitrylo/service'
import { possessions } from './handover/possessions.ts'
import { onCallCorrected, onCallEnded } from './events/on-call.ts'
import { clearClients, saveStates } from './counterparty/counterparty-sql.ts'
import { onPackInstalled } from './events/on-pack.ts'
import { onCounterparty } from './events/on-counterparty.ts'
import { onOpportunityCreated } from './events/on-opportunity-created.ts'
import { seedQueues } from './queue/seed-queues.ts'
import { queueService } from './rpc/queue-service.ts'
import { requestList } from './request/request-sql.ts'
import { retained } from './retention/resources.ts'
import { requestService } from './rpc/request-service.ts'
import { fileServices } from './rpc/file-services.ts'
import { places } from './subject/places.ts'

const clientHandlers = heeding(places, [onCounterparty, ...mergeHandlers(saveStates, 'request')])

/** The journal of requests: everything that clients ask for, each with an owner and a deadline. */
export const serviceDesk = defineService({
  name: 'service-desk',
  migrations: new URL('../migrations/', import.meta.url),
  lists: { requests: requestList, 'request-retention-rules': retentionRuleList },
  sharedMigrations: [mergeMigrations, customMigrations, fileMigrations, handoverMigrations, subjectMigrations, retentionMigrations],
  seed: seedQueues,
  rpc: (deps) => [
    ...fileServices(deps),
    serve<RequestServiceServer>(RequestServiceService, requestService(deps)),
    serve<QueueServiceServer>(QueueServiceService, queueService(deps)),
    serve<RequestRetentionRuleServiceServer>(RequestRetentionRuleServiceService, retentionRuleService(deps, retained)),
    serve<RequestPossessionServiceServer>(RequestPossessionServiceService, possessionService(deps, possessions)),
    serve<RequestAccessServiceServer>(RequestAccessServiceService, accessService(deps, 'requests', { table: sql`request`, branch: sql`branch_id`, owner: sql`owner_id` })),
  ],
  handlers: (deps) => [...clientHandlers, holdsHandler, ...heeding(places, bySystem(deps, [onCallEnded(deps), onCallCorrected(deps), onOpportunityCreated(deps)])), customIndexHandler, onPackInstalled, handoverHandler(possessions, deps), ...subjectHandlers(deps, 'service-desk', places)],
  jobs: (deps) => ({ ...customIndexJobs(deps, { requests: { table: 'request' } }, RequestIndexChangedEvent), ...handoverJobs(deps, possessions) }),
  sweeps: (deps) => [customIndexSweep(deps), filesSweep(deps, 'service-desk'), handoverSweep(deps, possessions), subjectSweep({ ...deps, places }), retentionSweep(deps, retained)],
  projections: () => [{ name: 'clients', handlers: clientHandlers, clear: clearClients }],
})
