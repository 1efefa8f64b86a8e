import type { Api } from '../../demo/src/load/api.ts'

/** Every page of the client with records on it: what it is called and its address. */
export async function pagesOf(api: Api): Promise<[name: string, path: string][]> {
  const [deal] = (await api.get(`opportunities?pageSize=1&filter=${encodeURIComponent('state="open"')}`))['opportunities']
  const [request] = (await api.get('requests?pageSize=1'))['requests']
  const [relation] = (await api.get('relations?pageSize=1'))['relations']
  const { pbxes, employees, auditEntries: entries } = { ...(await api.get('pbxes')), ...(await api.get('employees?pageSize=1')), ...(await api.get('audit-entries?pageSize=1')) } as Record<string, { id: string }[]>
  return [
    ['counterparties', '/counterparties'],
    ['counterparties-drawer', `/counterparties?open=${deal.counterpartyId}`],
    ['counterparties-create', '/counterparties?create=true'],
    ['counterparties-import', '/counterparties?import=true'],
    ['counterparties-conditions', `/counterparties?filter=${encodeURIComponent('vip = true OR (lastContactTime < -30d AND kind = "person")')}`],
    ['counterparties-none', '/counterparties?q=жодного-такого-немає'],
    ['card', `/counterparties/${deal.counterpartyId}`],
    ['card-relations', `/counterparties/${relation.fromId}?tab=relations`],
    ['card-consents', `/counterparties/${deal.counterpartyId}?tab=consents`],
    ['card-absent', '/counterparties/00000000-0000-7000-8000-000000000000'],
    ['contact-persons', '/contact-persons'],
    ['duplicates', '/duplicates'],
    ['interactions', '/interactions'],
    ['interactions-all', '/interactions?view=all'],
    ['interactions-forgotten', '/interactions?view=forgotten&whose=all'],
    ['interactions-create', '/interactions?create=true'],
    ['board', '/opportunities'],
    ['board-drawer', `/opportunities?open=${deal.id}`],
    ['board-create', '/opportunities?create=true'],
    ['opportunities', '/opportunities?form=list&view=all'],
    ['funnel', '/opportunities?form=funnel'],
    ['requests', '/requests'],
    ['request', `/requests?open=${request.id}`],
    ['request-create', '/requests?create=true'],
    ['calls', '/calls'],
    ['employees', '/employees'],
    ['employee', `/employees?open=${employees![0]!.id}`],
    ['employee-hand-over', `/employees?handOver=${employees![0]!.id}`],
    ['integrations', '/integrations'],
    ['integration-create', '/integrations?create=true'],
    ['rights', '/rights'],
    ['sessions', '/sessions'],
    ['sign-ins', '/sessions?view=journal'],
    ['bulk-reads', '/sessions?view=reads'],
    ['sessions-end', '/sessions?end=true'],
    ['audit', '/audit'],
    ['audit-entry', `/audit?open=${entries![0]!.id}`],
    ['notifications', '/notifications'],
    ['messages', '/notifications?view=sent'],
    ['message-create', '/notifications?create=true'],
    ['notification-settings', '/notifications?settings=true'],
    ['consents', '/consents'],
    ['consent-purposes', '/consent-purposes'],
    ['relation-kinds', '/relation-kinds'],
    ['custom-fields', '/custom-fields'],
    ['packs', '/packs'],
    ['pbxes', `/pbxes?open=${pbxes![0]!.id}`],
    ['no-such-page', '/nowhere'],
  ]
}
