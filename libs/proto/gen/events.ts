// Made from proto/ by tools/proto/generate.ts. Do not edit.
import { AuditFact } from './vitrylo/audit/v1/audit.ts'
import { ConsentGiven, ConsentWithdrawn, ContactIndexChanged, ContactPersonChanged, ContactPersonDeleted, CounterpartyChanged, CounterpartyCreated, CounterpartyMergeUndone, CounterpartyMerged, InteractionChanged, InteractionCreated, InteractionDeleted, InteractionReminded, LegalHoldChanged, NoteAdded, RelationChanged, RelationCreated, RelationDeleted, SubjectErased } from './vitrylo/contacts/v1/events.ts'
import { BranchChanged, BranchDeleted, CustomFieldChanged, EmployeeChanged, EmployeeDeleted, EmployeeInvitationEnded, EmployeeInvited, GroupGrantsChanged, HandoverProgressed, HandoverStarted, IntegrationAccountChanged, PackInstalled, UsernameEnded } from './vitrylo/directory/v1/events.ts'
import { NotificationAdded, NotificationsRead } from './vitrylo/directory/v1/notification_events.ts'
import { ImportEnded } from './vitrylo/imports/v1/events.ts'
import { SubjectAsked, SubjectPartCollected, SubjectPartErased } from './vitrylo/privacy/v1/events.ts'
import { OpportunityChanged, OpportunityCreated, OpportunityDeleted, OpportunityIndexChanged, OpportunityLost, OpportunityMoved, OpportunityReopened, OpportunityWon, PipelineChanged } from './vitrylo/sales/v1/events.ts'
import { QueueChanged, QueueDeleted, RequestAssigned, RequestChanged, RequestClosed, RequestIndexChanged, RequestRegistered, RequestReopened, RequestTaken } from './vitrylo/servicedesk/v1/events.ts'
import { AccountLocked, BulkReadNoticed, PasswordChanged } from './vitrylo/sessions/v1/events.ts'
import { RecordSharesChanged } from './vitrylo/sharing/v1/events.ts'
import { CallAnswered, CallCorrected, CallEnded, CallHeld, CallOfferEnded, CallOffered, CallResumed, CallStarted } from './vitrylo/telephony/v1/events.ts'

/** Reads and writes one kind of message; ts-proto's code fits. */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
  fromJSON(object: any): T
  toJSON(message: T): unknown
  fromPartial(object: any): T
}

/** A message that travels as an event: its topic and the section whose `view` right shows it. */
export interface EventType<T> {
  readonly type: string
  readonly topic: string
  readonly section: string
  readonly live: boolean
  readonly codec: MessageCodec<T>
}

export const AuditFactEvent: EventType<AuditFact> = {
  type: 'vitrylo.audit.v1.AuditFact',
  topic: 'vitrylo.audit.fact.v1',
  section: 'audit',
  live: false,
  codec: AuditFact,
}

export const ConsentGivenEvent: EventType<ConsentGiven> = {
  type: 'vitrylo.contacts.v1.ConsentGiven',
  topic: 'vitrylo.contacts.consent.v1',
  section: 'counterparties',
  live: true,
  codec: ConsentGiven,
}

export const ConsentWithdrawnEvent: EventType<ConsentWithdrawn> = {
  type: 'vitrylo.contacts.v1.ConsentWithdrawn',
  topic: 'vitrylo.contacts.consent.v1',
  section: 'counterparties',
  live: true,
  codec: ConsentWithdrawn,
}

export const ContactIndexChangedEvent: EventType<ContactIndexChanged> = {
  type: 'vitrylo.contacts.v1.ContactIndexChanged',
  topic: 'vitrylo.contacts.custom-index.v1',
  section: 'custom-fields',
  live: false,
  codec: ContactIndexChanged,
}

export const ContactPersonChangedEvent: EventType<ContactPersonChanged> = {
  type: 'vitrylo.contacts.v1.ContactPersonChanged',
  topic: 'vitrylo.contacts.person.v1',
  section: 'contact-persons',
  live: true,
  codec: ContactPersonChanged,
}

export const ContactPersonDeletedEvent: EventType<ContactPersonDeleted> = {
  type: 'vitrylo.contacts.v1.ContactPersonDeleted',
  topic: 'vitrylo.contacts.person.v1',
  section: 'contact-persons',
  live: true,
  codec: ContactPersonDeleted,
}

export const CounterpartyChangedEvent: EventType<CounterpartyChanged> = {
  type: 'vitrylo.contacts.v1.CounterpartyChanged',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: CounterpartyChanged,
}

export const CounterpartyCreatedEvent: EventType<CounterpartyCreated> = {
  type: 'vitrylo.contacts.v1.CounterpartyCreated',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: CounterpartyCreated,
}

export const CounterpartyMergeUndoneEvent: EventType<CounterpartyMergeUndone> = {
  type: 'vitrylo.contacts.v1.CounterpartyMergeUndone',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: CounterpartyMergeUndone,
}

export const CounterpartyMergedEvent: EventType<CounterpartyMerged> = {
  type: 'vitrylo.contacts.v1.CounterpartyMerged',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: CounterpartyMerged,
}

export const InteractionChangedEvent: EventType<InteractionChanged> = {
  type: 'vitrylo.contacts.v1.InteractionChanged',
  topic: 'vitrylo.contacts.interaction.v1',
  section: 'interactions',
  live: true,
  codec: InteractionChanged,
}

export const InteractionCreatedEvent: EventType<InteractionCreated> = {
  type: 'vitrylo.contacts.v1.InteractionCreated',
  topic: 'vitrylo.contacts.interaction.v1',
  section: 'interactions',
  live: true,
  codec: InteractionCreated,
}

export const InteractionDeletedEvent: EventType<InteractionDeleted> = {
  type: 'vitrylo.contacts.v1.InteractionDeleted',
  topic: 'vitrylo.contacts.interaction.v1',
  section: 'interactions',
  live: true,
  codec: InteractionDeleted,
}

export const InteractionRemindedEvent: EventType<InteractionReminded> = {
  type: 'vitrylo.contacts.v1.InteractionReminded',
  topic: 'vitrylo.contacts.interaction.v1',
  section: 'interactions',
  live: true,
  codec: InteractionReminded,
}

export const LegalHoldChangedEvent: EventType<LegalHoldChanged> = {
  type: 'vitrylo.contacts.v1.LegalHoldChanged',
  topic: 'vitrylo.contacts.hold.v1',
  section: 'privacy',
  live: false,
  codec: LegalHoldChanged,
}

export const NoteAddedEvent: EventType<NoteAdded> = {
  type: 'vitrylo.contacts.v1.NoteAdded',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: NoteAdded,
}

export const RelationChangedEvent: EventType<RelationChanged> = {
  type: 'vitrylo.contacts.v1.RelationChanged',
  topic: 'vitrylo.contacts.relation.v1',
  section: 'counterparties',
  live: false,
  codec: RelationChanged,
}

export const RelationCreatedEvent: EventType<RelationCreated> = {
  type: 'vitrylo.contacts.v1.RelationCreated',
  topic: 'vitrylo.contacts.relation.v1',
  section: 'counterparties',
  live: false,
  codec: RelationCreated,
}

export const RelationDeletedEvent: EventType<RelationDeleted> = {
  type: 'vitrylo.contacts.v1.RelationDeleted',
  topic: 'vitrylo.contacts.relation.v1',
  section: 'counterparties',
  live: false,
  codec: RelationDeleted,
}

export const SubjectErasedEvent: EventType<SubjectErased> = {
  type: 'vitrylo.contacts.v1.SubjectErased',
  topic: 'vitrylo.contacts.counterparty.v1',
  section: 'counterparties',
  live: true,
  codec: SubjectErased,
}

export const BranchChangedEvent: EventType<BranchChanged> = {
  type: 'vitrylo.directory.v1.BranchChanged',
  topic: 'vitrylo.directory.branch.v1',
  section: 'employees',
  live: true,
  codec: BranchChanged,
}

export const BranchDeletedEvent: EventType<BranchDeleted> = {
  type: 'vitrylo.directory.v1.BranchDeleted',
  topic: 'vitrylo.directory.branch.v1',
  section: 'employees',
  live: true,
  codec: BranchDeleted,
}

export const CustomFieldChangedEvent: EventType<CustomFieldChanged> = {
  type: 'vitrylo.directory.v1.CustomFieldChanged',
  topic: 'vitrylo.directory.custom-field.v1',
  section: 'custom-fields',
  live: false,
  codec: CustomFieldChanged,
}

export const EmployeeChangedEvent: EventType<EmployeeChanged> = {
  type: 'vitrylo.directory.v1.EmployeeChanged',
  topic: 'vitrylo.directory.employee.v1',
  section: 'employees',
  live: true,
  codec: EmployeeChanged,
}

export const EmployeeDeletedEvent: EventType<EmployeeDeleted> = {
  type: 'vitrylo.directory.v1.EmployeeDeleted',
  topic: 'vitrylo.directory.employee.v1',
  section: 'employees',
  live: true,
  codec: EmployeeDeleted,
}

export const EmployeeInvitationEndedEvent: EventType<EmployeeInvitationEnded> = {
  type: 'vitrylo.directory.v1.EmployeeInvitationEnded',
  topic: 'vitrylo.directory.invitation.v1',
  section: 'employees',
  live: false,
  codec: EmployeeInvitationEnded,
}

export const EmployeeInvitedEvent: EventType<EmployeeInvited> = {
  type: 'vitrylo.directory.v1.EmployeeInvited',
  topic: 'vitrylo.directory.invitation.v1',
  section: 'employees',
  live: false,
  codec: EmployeeInvited,
}

export const GroupGrantsChangedEvent: EventType<GroupGrantsChanged> = {
  type: 'vitrylo.directory.v1.GroupGrantsChanged',
  topic: 'vitrylo.directory.group.v1',
  section: 'rights',
  live: true,
  codec: GroupGrantsChanged,
}

export const HandoverProgressedEvent: EventType<HandoverProgressed> = {
  type: 'vitrylo.directory.v1.HandoverProgressed',
  topic: 'vitrylo.directory.handover-progress.v1',
  section: 'employees',
  live: false,
  codec: HandoverProgressed,
}

export const HandoverStartedEvent: EventType<HandoverStarted> = {
  type: 'vitrylo.directory.v1.HandoverStarted',
  topic: 'vitrylo.directory.handover.v1',
  section: 'employees',
  live: false,
  codec: HandoverStarted,
}

export const IntegrationAccountChangedEvent: EventType<IntegrationAccountChanged> = {
  type: 'vitrylo.directory.v1.IntegrationAccountChanged',
  topic: 'vitrylo.directory.integration-account.v1',
  section: 'rights',
  live: false,
  codec: IntegrationAccountChanged,
}

export const NotificationAddedEvent: EventType<NotificationAdded> = {
  type: 'vitrylo.directory.v1.NotificationAdded',
  topic: 'vitrylo.directory.notification.v1',
  section: 'messages',
  live: true,
  codec: NotificationAdded,
}

export const NotificationsReadEvent: EventType<NotificationsRead> = {
  type: 'vitrylo.directory.v1.NotificationsRead',
  topic: 'vitrylo.directory.notification.v1',
  section: 'messages',
  live: true,
  codec: NotificationsRead,
}

export const PackInstalledEvent: EventType<PackInstalled> = {
  type: 'vitrylo.directory.v1.PackInstalled',
  topic: 'vitrylo.directory.pack.v1',
  section: 'packs',
  live: false,
  codec: PackInstalled,
}

export const UsernameEndedEvent: EventType<UsernameEnded> = {
  type: 'vitrylo.directory.v1.UsernameEnded',
  topic: 'vitrylo.directory.username.v1',
  section: 'employees',
  live: false,
  codec: UsernameEnded,
}

export const ImportEndedEvent: EventType<ImportEnded> = {
  type: 'vitrylo.imports.v1.ImportEnded',
  topic: 'vitrylo.imports.import.v1',
  section: 'messages',
  live: false,
  codec: ImportEnded,
}

export const SubjectAskedEvent: EventType<SubjectAsked> = {
  type: 'vitrylo.privacy.v1.SubjectAsked',
  topic: 'vitrylo.privacy.asked.v1',
  section: 'privacy',
  live: false,
  codec: SubjectAsked,
}

export const SubjectPartCollectedEvent: EventType<SubjectPartCollected> = {
  type: 'vitrylo.privacy.v1.SubjectPartCollected',
  topic: 'vitrylo.privacy.part.v1',
  section: 'privacy',
  live: false,
  codec: SubjectPartCollected,
}

export const SubjectPartErasedEvent: EventType<SubjectPartErased> = {
  type: 'vitrylo.privacy.v1.SubjectPartErased',
  topic: 'vitrylo.privacy.subject.v1',
  section: 'privacy',
  live: false,
  codec: SubjectPartErased,
}

export const OpportunityChangedEvent: EventType<OpportunityChanged> = {
  type: 'vitrylo.sales.v1.OpportunityChanged',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityChanged,
}

export const OpportunityCreatedEvent: EventType<OpportunityCreated> = {
  type: 'vitrylo.sales.v1.OpportunityCreated',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityCreated,
}

export const OpportunityDeletedEvent: EventType<OpportunityDeleted> = {
  type: 'vitrylo.sales.v1.OpportunityDeleted',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityDeleted,
}

export const OpportunityIndexChangedEvent: EventType<OpportunityIndexChanged> = {
  type: 'vitrylo.sales.v1.OpportunityIndexChanged',
  topic: 'vitrylo.sales.custom-index.v1',
  section: 'custom-fields',
  live: false,
  codec: OpportunityIndexChanged,
}

export const OpportunityLostEvent: EventType<OpportunityLost> = {
  type: 'vitrylo.sales.v1.OpportunityLost',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityLost,
}

export const OpportunityMovedEvent: EventType<OpportunityMoved> = {
  type: 'vitrylo.sales.v1.OpportunityMoved',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityMoved,
}

export const OpportunityReopenedEvent: EventType<OpportunityReopened> = {
  type: 'vitrylo.sales.v1.OpportunityReopened',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityReopened,
}

export const OpportunityWonEvent: EventType<OpportunityWon> = {
  type: 'vitrylo.sales.v1.OpportunityWon',
  topic: 'vitrylo.sales.opportunity.v1',
  section: 'opportunities',
  live: true,
  codec: OpportunityWon,
}

export const PipelineChangedEvent: EventType<PipelineChanged> = {
  type: 'vitrylo.sales.v1.PipelineChanged',
  topic: 'vitrylo.sales.pipeline.v1',
  section: 'pipelines',
  live: true,
  codec: PipelineChanged,
}

export const QueueChangedEvent: EventType<QueueChanged> = {
  type: 'vitrylo.servicedesk.v1.QueueChanged',
  topic: 'vitrylo.servicedesk.queue.v1',
  section: 'queues',
  live: true,
  codec: QueueChanged,
}

export const QueueDeletedEvent: EventType<QueueDeleted> = {
  type: 'vitrylo.servicedesk.v1.QueueDeleted',
  topic: 'vitrylo.servicedesk.queue.v1',
  section: 'queues',
  live: true,
  codec: QueueDeleted,
}

export const RequestAssignedEvent: EventType<RequestAssigned> = {
  type: 'vitrylo.servicedesk.v1.RequestAssigned',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestAssigned,
}

export const RequestChangedEvent: EventType<RequestChanged> = {
  type: 'vitrylo.servicedesk.v1.RequestChanged',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestChanged,
}

export const RequestClosedEvent: EventType<RequestClosed> = {
  type: 'vitrylo.servicedesk.v1.RequestClosed',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestClosed,
}

export const RequestIndexChangedEvent: EventType<RequestIndexChanged> = {
  type: 'vitrylo.servicedesk.v1.RequestIndexChanged',
  topic: 'vitrylo.servicedesk.custom-index.v1',
  section: 'custom-fields',
  live: false,
  codec: RequestIndexChanged,
}

export const RequestRegisteredEvent: EventType<RequestRegistered> = {
  type: 'vitrylo.servicedesk.v1.RequestRegistered',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestRegistered,
}

export const RequestReopenedEvent: EventType<RequestReopened> = {
  type: 'vitrylo.servicedesk.v1.RequestReopened',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestReopened,
}

export const RequestTakenEvent: EventType<RequestTaken> = {
  type: 'vitrylo.servicedesk.v1.RequestTaken',
  topic: 'vitrylo.servicedesk.request.v1',
  section: 'requests',
  live: true,
  codec: RequestTaken,
}

export const AccountLockedEvent: EventType<AccountLocked> = {
  type: 'vitrylo.sessions.v1.AccountLocked',
  topic: 'vitrylo.sessions.account-locked.v1',
  section: 'sessions',
  live: false,
  codec: AccountLocked,
}

export const BulkReadNoticedEvent: EventType<BulkReadNoticed> = {
  type: 'vitrylo.sessions.v1.BulkReadNoticed',
  topic: 'vitrylo.sessions.bulk-read.v1',
  section: 'sessions',
  live: false,
  codec: BulkReadNoticed,
}

export const PasswordChangedEvent: EventType<PasswordChanged> = {
  type: 'vitrylo.sessions.v1.PasswordChanged',
  topic: 'vitrylo.sessions.password-changed.v1',
  section: 'sessions',
  live: false,
  codec: PasswordChanged,
}

export const RecordSharesChangedEvent: EventType<RecordSharesChanged> = {
  type: 'vitrylo.sharing.v1.RecordSharesChanged',
  topic: 'vitrylo.sharing.shares.v1',
  section: 'rights',
  live: false,
  codec: RecordSharesChanged,
}

export const CallAnsweredEvent: EventType<CallAnswered> = {
  type: 'vitrylo.telephony.v1.CallAnswered',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallAnswered,
}

export const CallCorrectedEvent: EventType<CallCorrected> = {
  type: 'vitrylo.telephony.v1.CallCorrected',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallCorrected,
}

export const CallEndedEvent: EventType<CallEnded> = {
  type: 'vitrylo.telephony.v1.CallEnded',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallEnded,
}

export const CallHeldEvent: EventType<CallHeld> = {
  type: 'vitrylo.telephony.v1.CallHeld',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallHeld,
}

export const CallOfferEndedEvent: EventType<CallOfferEnded> = {
  type: 'vitrylo.telephony.v1.CallOfferEnded',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallOfferEnded,
}

export const CallOfferedEvent: EventType<CallOffered> = {
  type: 'vitrylo.telephony.v1.CallOffered',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallOffered,
}

export const CallResumedEvent: EventType<CallResumed> = {
  type: 'vitrylo.telephony.v1.CallResumed',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallResumed,
}

export const CallStartedEvent: EventType<CallStarted> = {
  type: 'vitrylo.telephony.v1.CallStarted',
  topic: 'vitrylo.telephony.call.v1',
  section: 'calls',
  live: true,
  codec: CallStarted,
}

/** Every event, by the full name of its message. */
export const eventTypes: Readonly<Record<string, EventType<any>>> = {
  'vitrylo.audit.v1.AuditFact': AuditFactEvent,
  'vitrylo.contacts.v1.ConsentGiven': ConsentGivenEvent,
  'vitrylo.contacts.v1.ConsentWithdrawn': ConsentWithdrawnEvent,
  'vitrylo.contacts.v1.ContactIndexChanged': ContactIndexChangedEvent,
  'vitrylo.contacts.v1.ContactPersonChanged': ContactPersonChangedEvent,
  'vitrylo.contacts.v1.ContactPersonDeleted': ContactPersonDeletedEvent,
  'vitrylo.contacts.v1.CounterpartyChanged': CounterpartyChangedEvent,
  'vitrylo.contacts.v1.CounterpartyCreated': CounterpartyCreatedEvent,
  'vitrylo.contacts.v1.CounterpartyMergeUndone': CounterpartyMergeUndoneEvent,
  'vitrylo.contacts.v1.CounterpartyMerged': CounterpartyMergedEvent,
  'vitrylo.contacts.v1.InteractionChanged': InteractionChangedEvent,
  'vitrylo.contacts.v1.InteractionCreated': InteractionCreatedEvent,
  'vitrylo.contacts.v1.InteractionDeleted': InteractionDeletedEvent,
  'vitrylo.contacts.v1.InteractionReminded': InteractionRemindedEvent,
  'vitrylo.contacts.v1.LegalHoldChanged': LegalHoldChangedEvent,
  'vitrylo.contacts.v1.NoteAdded': NoteAddedEvent,
  'vitrylo.contacts.v1.RelationChanged': RelationChangedEvent,
  'vitrylo.contacts.v1.RelationCreated': RelationCreatedEvent,
  'vitrylo.contacts.v1.RelationDeleted': RelationDeletedEvent,
  'vitrylo.contacts.v1.SubjectErased': SubjectErasedEvent,
  'vitrylo.directory.v1.BranchChanged': BranchChangedEvent,
  'vitrylo.directory.v1.BranchDeleted': BranchDeletedEvent,
  'vitrylo.directory.v1.CustomFieldChanged': CustomFieldChangedEvent,
  'vitrylo.directory.v1.EmployeeChanged': EmployeeChangedEvent,
  'vitrylo.directory.v1.EmployeeDeleted': EmployeeDeletedEvent,
  'vitrylo.directory.v1.EmployeeInvitationEnded': EmployeeInvitationEndedEvent,
  'vitrylo.directory.v1.EmployeeInvited': EmployeeInvitedEvent,
  'vitrylo.directory.v1.GroupGrantsChanged': GroupGrantsChangedEvent,
  'vitrylo.directory.v1.HandoverProgressed': HandoverProgressedEvent,
  'vitrylo.directory.v1.HandoverStarted': HandoverStartedEvent,
  'vitrylo.directory.v1.IntegrationAccountChanged': IntegrationAccountChangedEvent,
  'vitrylo.directory.v1.NotificationAdded': NotificationAddedEvent,
  'vitrylo.directory.v1.NotificationsRead': NotificationsReadEvent,
  'vitrylo.directory.v1.PackInstalled': PackInstalledEvent,
  'vitrylo.directory.v1.UsernameEnded': UsernameEndedEvent,
  'vitrylo.imports.v1.ImportEnded': ImportEndedEvent,
  'vitrylo.privacy.v1.SubjectAsked': SubjectAskedEvent,
  'vitrylo.privacy.v1.SubjectPartCollected': SubjectPartCollectedEvent,
  'vitrylo.privacy.v1.SubjectPartErased': SubjectPartErasedEvent,
  'vitrylo.sales.v1.OpportunityChanged': OpportunityChangedEvent,
  'vitrylo.sales.v1.OpportunityCreated': OpportunityCreatedEvent,
  'vitrylo.sales.v1.OpportunityDeleted': OpportunityDeletedEvent,
  'vitrylo.sales.v1.OpportunityIndexChanged': OpportunityIndexChangedEvent,
  'vitrylo.sales.v1.OpportunityLost': OpportunityLostEvent,
  'vitrylo.sales.v1.OpportunityMoved': OpportunityMovedEvent,
  'vitrylo.sales.v1.OpportunityReopened': OpportunityReopenedEvent,
  'vitrylo.sales.v1.OpportunityWon': OpportunityWonEvent,
  'vitrylo.sales.v1.PipelineChanged': PipelineChangedEvent,
  'vitrylo.servicedesk.v1.QueueChanged': QueueChangedEvent,
  'vitrylo.servicedesk.v1.QueueDeleted': QueueDeletedEvent,
  'vitrylo.servicedesk.v1.RequestAssigned': RequestAssignedEvent,
  'vitrylo.servicedesk.v1.RequestChanged': RequestChangedEvent,
  'vitrylo.servicedesk.v1.RequestClosed': RequestClosedEvent,
  'vitrylo.servicedesk.v1.RequestIndexChanged': RequestIndexChangedEvent,
  'vitrylo.servicedesk.v1.RequestRegistered': RequestRegisteredEvent,
  'vitrylo.servicedesk.v1.RequestReopened': RequestReopenedEvent,
  'vitrylo.servicedesk.v1.RequestTaken': RequestTakenEvent,
  'vitrylo.sessions.v1.AccountLocked': AccountLockedEvent,
  'vitrylo.sessions.v1.BulkReadNoticed': BulkReadNoticedEvent,
  'vitrylo.sessions.v1.PasswordChanged': PasswordChangedEvent,
  'vitrylo.sharing.v1.RecordSharesChanged': RecordSharesChangedEvent,
  'vitrylo.telephony.v1.CallAnswered': CallAnsweredEvent,
  'vitrylo.telephony.v1.CallCorrected': CallCorrectedEvent,
  'vitrylo.telephony.v1.CallEnded': CallEndedEvent,
  'vitrylo.telephony.v1.CallHeld': CallHeldEvent,
  'vitrylo.telephony.v1.CallOfferEnded': CallOfferEndedEvent,
  'vitrylo.telephony.v1.CallOffered': CallOfferedEvent,
  'vitrylo.telephony.v1.CallResumed': CallResumedEvent,
  'vitrylo.telephony.v1.CallStarted': CallStartedEvent,
}

/** Every topic of the bus. */
export const topics: readonly string[] = [
  'vitrylo.audit.fact.v1',
  'vitrylo.contacts.consent.v1',
  'vitrylo.contacts.counterparty.v1',
  'vitrylo.contacts.custom-index.v1',
  'vitrylo.contacts.hold.v1',
  'vitrylo.contacts.interaction.v1',
  'vitrylo.contacts.person.v1',
  'vitrylo.contacts.relation.v1',
  'vitrylo.directory.branch.v1',
  'vitrylo.directory.custom-field.v1',
  'vitrylo.directory.employee.v1',
  'vitrylo.directory.group.v1',
  'vitrylo.directory.handover-progress.v1',
  'vitrylo.directory.handover.v1',
  'vitrylo.directory.integration-account.v1',
  'vitrylo.directory.invitation.v1',
  'vitrylo.directory.notification.v1',
  'vitrylo.directory.pack.v1',
  'vitrylo.directory.username.v1',
  'vitrylo.imports.import.v1',
  'vitrylo.privacy.asked.v1',
  'vitrylo.privacy.part.v1',
  'vitrylo.privacy.subject.v1',
  'vitrylo.sales.custom-index.v1',
  'vitrylo.sales.opportunity.v1',
  'vitrylo.sales.pipeline.v1',
  'vitrylo.servicedesk.custom-index.v1',
  'vitrylo.servicedesk.queue.v1',
  'vitrylo.servicedesk.request.v1',
  'vitrylo.sessions.account-locked.v1',
  'vitrylo.sessions.bulk-read.v1',
  'vitrylo.sessions.password-changed.v1',
  'vitrylo.sharing.shares.v1',
  'vitrylo.telephony.call.v1',
]
