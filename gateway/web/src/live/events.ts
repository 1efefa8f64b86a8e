import type { Call, Counterparty, Interaction, Notification, Opportunity, Request } from '../api/types.ts'

type Agent = { extension: string; employeeId: string }

/** Live events by the full name of their message, with the part of their data that the client reads. */
export type LiveEvents = {
  'vitrylo.telephony.v1.CallStarted': { call: Call }
  'vitrylo.telephony.v1.CallOffered': { call: Call; agent: Agent; ringTime: string }
  'vitrylo.telephony.v1.CallOfferEnded': { call: Call; agent: Agent; outcome: string }
  'vitrylo.telephony.v1.CallAnswered': { call: Call; agent: Agent }
  'vitrylo.telephony.v1.CallHeld': { call: Call }
  'vitrylo.telephony.v1.CallResumed': { call: Call }
  'vitrylo.telephony.v1.CallEnded': { call: Call }
  'vitrylo.telephony.v1.CallCorrected': { call: Call }
  'vitrylo.contacts.v1.CounterpartyCreated': { counterparty: Counterparty }
  'vitrylo.contacts.v1.CounterpartyChanged': { counterparty: Counterparty }
  'vitrylo.contacts.v1.CounterpartyMerged': { survivor: Counterparty; merged: { id: string } }
  'vitrylo.contacts.v1.CounterpartyMergeUndone': { survivor: Counterparty; restored: { id: string } }
  'vitrylo.contacts.v1.NoteAdded': { counterpartyId: string }
  'vitrylo.contacts.v1.ContactPersonChanged': { contactPerson: { positions?: { counterpartyId: string }[] } }
  'vitrylo.contacts.v1.ContactPersonDeleted': { id: string }
  'vitrylo.contacts.v1.ConsentGiven': object
  'vitrylo.contacts.v1.ConsentWithdrawn': object
  'vitrylo.contacts.v1.InteractionCreated': { interaction: Interaction }
  'vitrylo.contacts.v1.InteractionChanged': { interaction: Interaction }
  'vitrylo.contacts.v1.InteractionDeleted': { interaction: Interaction }
  'vitrylo.contacts.v1.InteractionReminded': { interaction: Interaction }
  'vitrylo.sales.v1.OpportunityCreated': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityChanged': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityMoved': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityWon': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityLost': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityReopened': { opportunity: Opportunity }
  'vitrylo.sales.v1.OpportunityDeleted': { opportunity: Opportunity }
  'vitrylo.servicedesk.v1.RequestRegistered': { request: Request }
  'vitrylo.servicedesk.v1.RequestChanged': { request: Request }
  'vitrylo.servicedesk.v1.RequestTaken': { request: Request }
  'vitrylo.servicedesk.v1.RequestAssigned': { request: Request }
  'vitrylo.servicedesk.v1.RequestClosed': { request: Request }
  'vitrylo.servicedesk.v1.RequestReopened': { request: Request }
  'vitrylo.sales.v1.PipelineChanged': object
  'vitrylo.servicedesk.v1.QueueChanged': object
  'vitrylo.servicedesk.v1.QueueDeleted': object
  'vitrylo.directory.v1.EmployeeChanged': object
  'vitrylo.directory.v1.EmployeeDeleted': object
  'vitrylo.directory.v1.BranchChanged': object
  'vitrylo.directory.v1.BranchDeleted': object
  'vitrylo.directory.v1.GroupGrantsChanged': object
  'vitrylo.directory.v1.NotificationAdded': { notification: Notification }
  'vitrylo.directory.v1.NotificationsRead': object
}

export type LiveName = keyof LiveEvents

type Target = { name: LiveName; lists: string[] }

const target = (area: string, lists: string[], names: string[]): Target[] =>
  names.map((name) => ({ name: `vitrylo.${area}.v1.${name}` as LiveName, lists }))

/** Every event that the client listens to, and the queries that it makes old. */
export const targets: Target[] = [
  ...target('telephony', ['calls'], ['CallStarted', 'CallOffered', 'CallOfferEnded', 'CallAnswered', 'CallHeld', 'CallResumed', 'CallEnded', 'CallCorrected']),
  ...target('contacts', ['counterparties'], ['CounterpartyCreated', 'CounterpartyChanged', 'CounterpartyMerged', 'CounterpartyMergeUndone', 'NoteAdded']),
  ...target('contacts', ['contact-persons'], ['ContactPersonChanged', 'ContactPersonDeleted']),
  ...target('contacts', ['consents', 'counterparties'], ['ConsentGiven', 'ConsentWithdrawn']),
  ...target('contacts', ['interactions'], ['InteractionCreated', 'InteractionChanged', 'InteractionDeleted', 'InteractionReminded']),
  ...target('sales', ['opportunities', 'pipelines'], ['OpportunityCreated', 'OpportunityChanged', 'OpportunityMoved', 'OpportunityWon', 'OpportunityLost', 'OpportunityReopened', 'OpportunityDeleted']),
  ...target('servicedesk', ['requests'], ['RequestRegistered', 'RequestChanged', 'RequestTaken', 'RequestAssigned', 'RequestClosed', 'RequestReopened']),
  ...target('sales', ['pipelines', 'opportunities'], ['PipelineChanged']),
  ...target('servicedesk', ['queues'], ['QueueChanged', 'QueueDeleted']),
  ...target('directory', ['employees', 'me'], ['EmployeeChanged', 'EmployeeDeleted']),
  ...target('directory', ['branches'], ['BranchChanged', 'BranchDeleted']),
  ...target('directory', ['grants', 'groups', 'me'], ['GroupGrantsChanged']),
  ...target('directory', ['notifications'], ['NotificationAdded', 'NotificationsRead']),
]
