import { importJobs, importMigrations, importService, importSweeps } from '@vitrylo/imports'
import {
  OpportunityImportServiceService,
  type OpportunityImportServiceServer,
} from '@vitrylo/proto/vitrylo/sales/v1/opportunity_import_service.ts'
import { OpportunityServiceService, type OpportunityServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { PipelineServiceService, type PipelineServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { customPlaces } from './opportunity/custom-places.ts'
import { customIndexHandler, customIndexJobs, customMigrations, customIndexSweep } from '@vitrylo/custom'
import { fileMigrations, filesSweep } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { OpportunityIndexChangedEvent } from '@vitrylo/proto/events.ts'
import { OpportunityAccessServiceService, type OpportunityAccessServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_access_service.ts'
import { SalesPossessionServiceService, type SalesPossessionServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/sales_possession_service.ts'
import { OpportunityRetentionRuleServiceService, type OpportunityRetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_retention_rule_service.ts'
import { accessService, defineService, type Deps, handoverHandler, handoverJobs, handoverMigrations, handoverSweep, heeding, holdsHandler, mergeHandlers, mergeMigrations, possessionService, retentionMigrations, retentionRuleList, retentionRuleService, retentionSweep, serve, subjectHandlers, subjectMigrations, subjectSweep, timeZoneOf } from '@vitrylo/service'
import { clearClients, saveStates } from './counterparty/counterparty-sql.ts'
import { onPackInstalled } from './events/on-pack.ts'
import { onCounterparty } from './events/on-counterparty.ts'
import { possessions } from './handover/possessions.ts'
import { opportunityImport } from './imports/import-opportunities.ts'
import { seedPipeline } from './pipeline/seed-pipeline.ts'
import { list as opportunityList } from './opportunity/opportunity-sql.ts'
import { retained } from './retention/resources.ts'
import { opportunityService } from './rpc/opportunity-service.ts'
import { pipelineService } from './rpc/pipeline-service.ts'
import { fileServices } from './rpc/file-services.ts'
import { places } from './subject/places.ts'

const kinds = ({ rights, env }: Deps) => [opportunityImport(rights, timeZoneOf(env))]
const clientHandlers = heeding(places, [onCounterparty, ...mergeHandlers(saveStates, 'opportunity')])

/** Opportunities and their way through the pipelines. */
export const sales = defineService({
  name: 'sales',
  migrations: new URL('../migrations/', import.meta.url),
  sharedMigrations: [importMigrations, mergeMigrations, customMigrations, fileMigrations, handoverMigrations, subjectMigrations, retentionMigrations],
  seed: seedPipeline,
  rpc: (deps) => [
    ...fileServices(deps),
    serve<OpportunityServiceServer>(OpportunityServiceService, opportunityService(deps)),
    serve<PipelineServiceServer>(PipelineServiceService, pipelineService(deps)),
    serve<OpportunityImportServiceServer>(OpportunityImportServiceService, importService(deps, kinds(deps))),
    serve<OpportunityRetentionRuleServiceServer>(OpportunityRetentionRuleServiceService, retentionRuleService(deps, retained)),
    serve<SalesPossessionServiceServer>(SalesPossessionServiceService, possessionService(deps, possessions)),
    serve<OpportunityAccessServiceServer>(OpportunityAccessServiceService, accessService(deps, 'opportunities', { table: sql`opportunity`, branch: sql`branch_id`, owner: sql`owner_id` })),
  ],
  handlers: (deps) => [...clientHandlers, holdsHandler, customIndexHandler, onPackInstalled, handoverHandler(possessions, deps), ...subjectHandlers(deps, 'sales', places)],
  projections: () => [{ name: 'clients', handlers: clientHandlers, clear: clearClients }],
  lists: { opportunities: opportunityList, 'opportunity-retention-rules': retentionRuleList },
  jobs: (deps) => ({ ...importJobs(deps, kinds(deps)), ...handoverJobs(deps, possessions), ...customIndexJobs(deps, customPlaces, OpportunityIndexChangedEvent) }),
  sweeps: (deps) => [...importSweeps(deps), customIndexSweep(deps), filesSweep(deps, 'sales'), handoverSweep(deps, possessions), subjectSweep({ ...deps, places }), retentionSweep(deps, retained)],
})
