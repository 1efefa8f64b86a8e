import { importJobs, importMigrations, importService, importSweeps } from '@vitrylo/imports'
import { ContactPersonServiceService, type ContactPersonServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CardServiceService, type CardServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import { CounterpartyServiceService, type CounterpartyServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { DuplicateServiceService, type DuplicateServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import { ExportServiceService, type ExportServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { InteractionServiceService, type InteractionServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { LegalHoldServiceService, type LegalHoldServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold_service.ts'
import { MergeServiceService, type MergeServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { RelationKindServiceService, type RelationKindServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/relation_kind_service.ts'
import { RelationServiceService, type RelationServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { ConsentPurposeServiceService, type ConsentPurposeServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/consent_purpose_service.ts'
import { ConsentServiceService, type ConsentServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { ImportServiceService, type ImportServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/import_service.ts'
import { customPlaces } from './custom/places.ts'
import { customIndexHandler, customIndexJobs, customMigrations, customIndexSweep } from '@vitrylo/custom'
import { fileMigrations, filesSweep } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { ContactIndexChangedEvent } from '@vitrylo/proto/events.ts'
import { CounterpartyAccessServiceService, type CounterpartyAccessServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_access_service.ts'
import { TimelineServiceService, type TimelineServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/timeline_service.ts'
import { ContactsPossessionServiceService, type ContactsPossessionServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/contacts_possession_service.ts'
import { accessService, defineService, handoverHandler, handoverJobs, handoverMigrations, handoverSweep, heeding, mergeMigrations, possessionService, retentionRuleList, retentionRuleService, retentionSweep, serve, sharesHandler, subjectMigrations, timeZoneOf, type Deps } from '@vitrylo/service'
import { possessions } from './handover/possessions.ts'
import { SubjectRequestServiceService, type SubjectRequestServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import { RetentionRuleServiceService, type RetentionRuleServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import { checkSearch } from './check-search.ts'
import { countryOf } from '@vitrylo/service/phone.ts'
import { personList } from './contact-person/contact-person-sql.ts'
import { counterpartyList } from './counterparty/counterparty-list.ts'
import { duplicateJobs, duplicateSweeps } from './duplicates/jobs.ts'
import { columnsOf } from './export/export-columns.ts'
import { exportCounterparties } from './export/export-counterparties.ts'
import { callHandlers } from './events/on-call.ts'
import { opportunityHandlers } from './events/on-opportunity.ts'
import { requestHandlers } from './events/on-request.ts'
import { contactPersonKind } from './import/contact-person-kind.ts'
import { counterpartyKind } from './import/counterparty-kind.ts'
import { interactionList } from './interaction/interaction-sql.ts'
import { reminderJobs, reminderSweep } from './interaction/reminder.ts'
import { consentList } from './consent/consent-sql.ts'
import { relationList } from './relation/relation-sql.ts'
import { cardService } from './rpc/card-service.ts'
import { contactPersonService } from './rpc/contact-person-service.ts'
import { counterpartyService } from './rpc/counterparty-service.ts'
import { duplicateService } from './rpc/duplicate-service.ts'
import { interactionService } from './rpc/interaction-service.ts'
import { consentPurposeService } from './rpc/consent-purpose-service.ts'
import { consentService } from './rpc/consent-service.ts'
import { relationKindService } from './rpc/relation-kind-service.ts'
import { relationService } from './rpc/relation-service.ts'
import { retained } from './retention/resources.ts'
import { legalHoldService } from './rpc/legal-hold-service.ts'
import { subjectRequestService } from './rpc/subject-request-service.ts'
import { legalHoldList } from './subject/hold-sql.ts'
import { subjectAnswerHandlers, subjectJobs, subjectSweeps } from './subject/jobs.ts'
import { fileServices } from './rpc/file-services.ts'
import { places } from './subject/places.ts'
import { subjectRequestList } from './subject/request-sql.ts'
import { timelineFile } from './timeline/timeline-file.ts'
import { mergeService } from './rpc/merge-service.ts'
import { searchTextHandler, searchTextJobs } from './search/renew-search.ts'
import { wordsSweep } from './search/words.ts'
import { clearRecords } from './timeline/record-sql.ts'

const kinds = ({ env, rights }: Deps) => [counterpartyKind(countryOf(env), rights, timeZoneOf(env)), contactPersonKind(countryOf(env), rights, timeZoneOf(env))]
const timelineHandlers = heeding(places, [...opportunityHandlers, ...requestHandlers, ...callHandlers])

/** Whom the firm deals with, and the history of it. */
export const contacts = defineService({
  name: 'contacts',
  migrations: new URL('../migrations/', import.meta.url),
  sharedMigrations: [importMigrations, mergeMigrations, customMigrations, fileMigrations, handoverMigrations, subjectMigrations],
  seed: ({ pool }) => checkSearch(pool),
  rpc: (deps) => [
    ...fileServices(deps),
    serve<CounterpartyServiceServer>(CounterpartyServiceService, counterpartyService(deps)),
    serve<ContactPersonServiceServer>(ContactPersonServiceService, contactPersonService(deps)),
    serve<CardServiceServer>(CardServiceService, cardService(deps)),
    serve<DuplicateServiceServer>(DuplicateServiceService, duplicateService(deps)),
    serve<InteractionServiceServer>(InteractionServiceService, interactionService(deps)),
    serve<TimelineServiceServer>(TimelineServiceService, { downloadTimeline: (request, { caller }) => timelineFile(deps.pool, caller, deps.rights.data(), request) }),
    serve<MergeServiceServer>(MergeServiceService, mergeService(deps)),
    serve<RelationServiceServer>(RelationServiceService, relationService(deps)),
    serve<RelationKindServiceServer>(RelationKindServiceService, relationKindService(deps)),
    serve<ConsentServiceServer>(ConsentServiceService, consentService(deps)),
    serve<ConsentPurposeServiceServer>(ConsentPurposeServiceService, consentPurposeService(deps)),
    serve<SubjectRequestServiceServer>(SubjectRequestServiceService, subjectRequestService(deps)),
    serve<LegalHoldServiceServer>(LegalHoldServiceService, legalHoldService(deps)),
    serve<RetentionRuleServiceServer>(RetentionRuleServiceService, retentionRuleService(deps, retained)),
    serve<ImportServiceServer>(ImportServiceService, importService(deps, kinds(deps))),
    serve<ExportServiceServer>(ExportServiceService, {
      exportCounterparties: (request, call) => exportCounterparties(deps, request, call),
      listExportColumns: async (_request, { caller }) => ({ columns: [...columnsOf([], caller, deps.rights.data())] }),
    }),
    serve<ContactsPossessionServiceServer>(ContactsPossessionServiceService, possessionService(deps, possessions)),
    serve<CounterpartyAccessServiceServer>(CounterpartyAccessServiceService, accessService(deps, 'counterparties', { table: sql`counterparty`, branch: sql`branch_id`, owner: sql`responsible_id`, removed: sql`deleted_at is not null` })),
  ],
  handlers: (deps) => [...timelineHandlers, sharesHandler(['counterparties', 'contact-persons']), customIndexHandler, searchTextHandler, handoverHandler(possessions, deps), ...subjectAnswerHandlers(deps)],
  projections: () => [{ name: 'timeline', handlers: timelineHandlers, clear: clearRecords }],
  lists: { counterparties: counterpartyList, 'contact-persons': personList, interactions: interactionList, relations: relationList, consents: consentList, 'subject-requests': subjectRequestList, 'legal-holds': legalHoldList, 'retention-rules': retentionRuleList },
  jobs: (deps) => ({ ...importJobs(deps, kinds(deps)), ...duplicateJobs(deps), ...reminderJobs(deps), ...searchTextJobs(deps), ...handoverJobs(deps, possessions), ...customIndexJobs(deps, customPlaces, ContactIndexChangedEvent), ...subjectJobs(deps) }),
  sweeps: (deps) => [...importSweeps(deps), ...duplicateSweeps(deps), wordsSweep(deps), reminderSweep(deps), customIndexSweep(deps), filesSweep(deps, 'contacts'), handoverSweep(deps, possessions), ...subjectSweeps(deps), retentionSweep(deps, retained)],
})
