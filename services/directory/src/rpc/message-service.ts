import type { MessageServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/message_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { getMessage, listMessages, listReceipts } from '../message/message-sql.ts'
import { assertMessage, sendMessage } from '../message/send-message.ts'

export function messageService(deps: Deps): Handlers<MessageServiceServer> {
  const { pool } = deps
  return {
    sendMessage: async ({ message }, call) => {
      assertMessage(message!, 'one', call.now)
      return sendMessage(deps, call, message!)
    },
    broadcastMessage: async ({ message }, call) => {
      assertMessage(message!, 'many', call.now)
      return sendMessage(deps, call, message!)
    },
    getMessage: ({ id }, { caller }) => getMessage(pool, caller, id),
    listMessages: (request, call) => listMessages(pool, call, request),
    listMessageReceipts: (request, { caller }) => listReceipts(pool, caller, request),
  }
}
