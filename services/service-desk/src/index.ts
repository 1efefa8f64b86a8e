import { QueueServiceService, type QueueServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue_service.ts'
import { RequestServiceService, type RequestServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { defineService, serve } from '@vitrylo/service'
import { onCallCorrected, onCallEnded } from './events/on-call.ts'
import { clearClients } from './counterparty/counterparty-sql.ts'
import { onCounterparty } from './events/on-counterparty.ts'
import { onOpportunityCreated } from './events/on-opportunity-created.ts'
import { seedQueues } from './queue/seed-queues.ts'
import { queueService } from './rpc/queue-service.ts'
import { requestList } from './request/request-sql.ts'
import { requestService } from './rpc/request-service.ts'

/** The journal of requests: everything that clients ask for, each with an owner and a deadline. */
export const serviceDesk = defineService({
  name: 'service-desk',
  migrations: new URL('../migrations/', import.meta.url),
  lists: { requests: requestList },
  seed: seedQueues,
  rpc: (deps) => [
    serve<RequestServiceServer>(RequestServiceService, requestService(deps)),
    serve<QueueServiceServer>(QueueServiceService, queueService(deps)),
  ],
  handlers: (deps) => [onCounterparty, onCallEnded(deps), onCallCorrected(deps), onOpportunityCreated(deps)],
  projections: () => [{ name: 'clients', handlers: [onCounterparty], clear: clearClients }],
})
