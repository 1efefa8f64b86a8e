import { defineService, handoverHandler, handoverJobs, handoverMigrations, handoverSweep, heeding, possessionService, serve, subjectHandlers, subjectMigrations, subjectSweep, timeZoneOf } from '@vitrylo/service'
import { AuditServiceService, type AuditServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/audit_service.ts'
import { BranchServiceService, type BranchServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CustomFieldServiceService, type CustomFieldServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/custom_field_service.ts'
import { CustomSectionServiceService, type CustomSectionServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/custom_section_service.ts'
import { DepartmentServiceService, type DepartmentServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { EmployeeServiceService, type EmployeeServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { FieldLimitServiceService, type FieldLimitServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/field_limit_service.ts'
import { DirectoryPossessionServiceService, type DirectoryPossessionServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/directory_possession_service.ts'
import { GrantServiceService, type GrantServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { GroupServiceService, type GroupServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { HandoverServiceService, type HandoverServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/handover_service.ts'
import { IntegrationAccountServiceService, type IntegrationAccountServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/integration_account_service.ts'
import { MeServiceService, type MeServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { StaffPositionServiceService, type StaffPositionServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/staff_position_service.ts'
import { PackServiceService, type PackServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/pack_service.ts'
import { MessageServiceService, type MessageServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/message_service.ts'
import { NotificationServiceService, type NotificationServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/notification_service.ts'
import { SavedFilterServiceService, type SavedFilterServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter_service.ts'
import { auditHandlers } from './audit/on-fact.ts'
import { signerOf } from './audit/signer.ts'
import { auditSweep } from './audit/tend-audit.ts'
import { signAudit, verifyAudit } from './audit/verify-command.ts'
import { withLeavers } from './employee/leaving.ts'
import { startProvisioning } from './account/provision-accounts.ts'
import { accountLockedHandler } from './events/on-account-locked.ts'
import { bulkReadHandler } from './events/on-bulk-read.ts'
import { importHandler } from './events/on-import-ended.ts'
import { indexHandlers } from './events/on-index-changed.ts'
import { workHandlers } from './events/on-work.ts'
import { shareHandler } from './events/on-shares.ts'
import { passwordChangedHandler } from './events/on-password-changed.ts'
import { progressHandler } from './events/on-handover-progressed.ts'
import { seedGroups } from './group/seed-groups.ts'
import { possessions } from './handover/possessions.ts'
import { batchJobs } from './notification/batch.ts'
import { mailJobs } from './notification/mail-job.ts'
import { notificationSweep } from './notification/sweep.ts'
import { auditService } from './rpc/audit-service.ts'
import { branchService } from './rpc/branch-service.ts'
import { customFieldService, customSectionService } from './rpc/custom-field-service.ts'
import { departmentService } from './rpc/department-service.ts'
import { employeeService } from './rpc/employee-service.ts'
import { fieldLimitService } from './rpc/field-limit-service.ts'
import { grantService } from './rpc/grant-service.ts'
import { groupService } from './rpc/group-service.ts'
import { handoverService } from './rpc/handover-service.ts'
import { integrationAccountService } from './rpc/integration-account-service.ts'
import { meService } from './rpc/me-service.ts'
import { packService } from './rpc/pack-service.ts'
import { staffPositionService } from './rpc/staff-position-service.ts'
import { messageService } from './rpc/message-service.ts'
import { notificationService } from './rpc/notification-service.ts'
import { onRecordsErased, places } from './subject/places.ts'
import { savedFilterService } from './rpc/saved-filter-service.ts'

/** Who works where and who may do what. */
export const directory = defineService({
  name: 'directory',
  migrations: new URL('../migrations/', import.meta.url),
  sharedMigrations: [handoverMigrations, subjectMigrations],
  seed: seedGroups,
  start: startProvisioning,
  rpc: (deps) => [
    serve<AuditServiceServer>(AuditServiceService, auditService(deps)),
    serve<BranchServiceServer>(BranchServiceService, branchService(deps)),
    serve<CustomFieldServiceServer>(CustomFieldServiceService, customFieldService(deps)),
    serve<CustomSectionServiceServer>(CustomSectionServiceService, customSectionService(deps)),
    serve<DepartmentServiceServer>(DepartmentServiceService, departmentService(deps)),
    serve<EmployeeServiceServer>(EmployeeServiceService, employeeService(deps)),
    serve<GroupServiceServer>(GroupServiceService, groupService(deps)),
    serve<GrantServiceServer>(GrantServiceService, grantService(deps)),
    serve<FieldLimitServiceServer>(FieldLimitServiceService, fieldLimitService(deps)),
    serve<IntegrationAccountServiceServer>(IntegrationAccountServiceService, integrationAccountService(deps)),
    serve<HandoverServiceServer>(HandoverServiceService, handoverService(deps)),
    serve<DirectoryPossessionServiceServer>(DirectoryPossessionServiceService, possessionService(deps, possessions)),
    serve<MeServiceServer>(MeServiceService, meService(deps)),
    serve<StaffPositionServiceServer>(StaffPositionServiceService, staffPositionService(deps)),
    serve<PackServiceServer>(PackServiceService, packService(deps)),
    serve<SavedFilterServiceServer>(SavedFilterServiceService, savedFilterService(deps)),
    serve<MessageServiceServer>(MessageServiceService, messageService(deps)),
    serve<NotificationServiceServer>(NotificationServiceService, notificationService(deps)),
  ],
  handlers: (deps) => [...indexHandlers, shareHandler(deps), ...heeding(places, workHandlers(deps)), ...subjectHandlers(deps, 'directory', places), onRecordsErased, bulkReadHandler(deps), accountLockedHandler(deps), passwordChangedHandler(deps), importHandler(deps), handoverHandler(possessions, deps), progressHandler(deps), ...heeding(places, auditHandlers(signerOf(deps.env)))],
  jobs: (deps) => ({ ...mailJobs(deps), ...batchJobs(deps), ...handoverJobs(deps, possessions) }),
  sweeps: (deps) => [notificationSweep(deps), subjectSweep({ ...deps, places }), withLeavers(handoverSweep(deps, possessions), deps, timeZoneOf(deps.env)), auditSweep(deps)],
  commands: { 'verify-audit': verifyAudit, 'sign-audit': signAudit },
})
