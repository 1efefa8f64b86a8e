import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { canOf, meQuery } from './api/me.ts'
import { visibleGroups } from './frame/sections.ts'
import { Frame } from './frame/frame.tsx'
import { NoPage } from './frame/no-page.tsx'
import { PageBones } from './frame/page-bones.tsx'
import { PageError } from './frame/page-error.tsx'
import { StartError } from './frame/start-error.tsx'

type Raw = Record<string, unknown>

/** Only the known words of an address count; anything else in it is dropped. */
const text = (raw: Raw, name: string) => (typeof raw[name] === 'number' ? String(raw[name]) : typeof raw[name] === 'string' && raw[name] !== '' ? raw[name] : undefined)
const flag = (raw: Raw, name: string) => (raw[name] === true || raw[name] === 'true' ? true : undefined)
const oneOf = <W extends string>(raw: Raw, name: string, words: readonly W[]) => words.find((word) => word === raw[name])

/** Every word of an address may be absent. */
const words = <T extends Raw>(read: (raw: Raw) => T) => (raw: Raw): Partial<T> => read(raw)

const root = createRootRoute({
  beforeLoad: async () => ({ me: await queryClient.ensureQueryData(meQuery) }),
  component: Frame,
  notFoundComponent: NoPage,
  errorComponent: StartError,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: ({ context }) => {
    const first = visibleGroups(canOf(context.me))[0]?.links[0]
    if (first) throw redirect({ to: first.to as '/counterparties', replace: true })
  },
  component: NoPage,
})

const parties = createRoute({
  getParentRoute: () => root,
  path: '/counterparties',
  validateSearch: words((raw) => ({
    filter: text(raw, 'filter'), saved: text(raw, 'saved'), q: text(raw, 'q'), kind: text(raw, 'kind'), role: text(raw, 'role'), branch: text(raw, 'branch'), responsible: text(raw, 'responsible'), tag: text(raw, 'tag'),
    view: oneOf(raw, 'view', ['mine', 'vip'] as const), sort: text(raw, 'sort'), open: text(raw, 'open'), create: flag(raw, 'create'), import: flag(raw, 'import'), importId: text(raw, 'importId'),
  })),
  component: lazyRouteComponent(() => import('./parties/parties-page.tsx')),
})

const card = createRoute({
  getParentRoute: () => root,
  path: '/counterparties/$id',
  validateSearch: words((raw) => ({ tab: oneOf(raw, 'tab', ['relations', 'consents', 'facts', 'history'] as const) })),
  component: lazyRouteComponent(() => import('./card/card-page.tsx')),
})

const persons = createRoute({
  getParentRoute: () => root,
  path: '/contact-persons',
  validateSearch: words((raw) => ({ sort: text(raw, 'sort'), open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./parties/persons-page.tsx')),
})

const interactions = createRoute({
  getParentRoute: () => root,
  path: '/interactions',
  validateSearch: words((raw) => ({
    view: oneOf(raw, 'view', ['today', 'upcoming', 'held', 'all', 'forgotten'] as const), days: oneOf(raw, 'days', ['14', '30', '60', '90', '180'] as const),
    whose: oneOf(raw, 'whose', ['all'] as const), open: text(raw, 'open'), hold: text(raw, 'hold'), create: flag(raw, 'create'),
  })),
  component: lazyRouteComponent(() => import('./interactions/interactions-page.tsx')),
})
const duplicates = createRoute({ getParentRoute: () => root, path: '/duplicates', component: lazyRouteComponent(() => import('./duplicates/duplicates-page.tsx')) })

const opportunities = createRoute({
  getParentRoute: () => root,
  path: '/opportunities',
  validateSearch: words((raw) => ({
    filter: text(raw, 'filter'), saved: text(raw, 'saved'), form: oneOf(raw, 'form', ['list', 'board', 'funnel'] as const), view: oneOf(raw, 'view', ['open', 'mine', 'won', 'lost', 'all'] as const), pipeline: text(raw, 'pipeline'),
    owner: text(raw, 'owner'), branch: text(raw, 'branch'), sort: text(raw, 'sort'), from: text(raw, 'from'), open: text(raw, 'open'), create: flag(raw, 'create'),
    party: text(raw, 'party'), partyName: text(raw, 'partyName'), import: flag(raw, 'import'), importId: text(raw, 'importId'),
  })),
  component: lazyRouteComponent(() => import('./sales/opportunities-page.tsx')),
})

const requests = createRoute({
  getParentRoute: () => root,
  path: '/requests',
  validateSearch: words((raw) => ({
    filter: text(raw, 'filter'), saved: text(raw, 'saved'), view: oneOf(raw, 'view', ['all', 'mine', 'new', 'closed'] as const), channel: text(raw, 'channel'), owner: text(raw, 'owner'), branch: text(raw, 'branch'), sort: text(raw, 'sort'),
    open: text(raw, 'open'), create: flag(raw, 'create'), party: text(raw, 'party'), partyName: text(raw, 'partyName'),
  })),
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx')),
})

const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  validateSearch: words((raw) => ({
    filter: text(raw, 'filter'), saved: text(raw, 'saved'), view: oneOf(raw, 'view', ['all', 'mine', 'missed', 'now'] as const), direction: text(raw, 'direction'), disposition: text(raw, 'disposition'), employee: text(raw, 'employee'),
    sort: text(raw, 'sort'), open: text(raw, 'open'),
  })),
  component: lazyRouteComponent(() => import('./calls/calls-page.tsx')),
})

const employees = createRoute({
  getParentRoute: () => root,
  path: '/employees',
  validateSearch: words((raw) => ({ branch: text(raw, 'branch'), department: text(raw, 'department'), group: text(raw, 'group'), sort: text(raw, 'sort'), open: text(raw, 'open'), create: flag(raw, 'create'), handOver: text(raw, 'handOver'), invite: text(raw, 'invite') })),
  component: lazyRouteComponent(() => import('./admin/employees-page.tsx')),
})

const branches = createRoute({
  getParentRoute: () => root,
  path: '/branches',
  validateSearch: words((raw) => ({ open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./admin/branches-page.tsx')),
})

const departments = createRoute({
  getParentRoute: () => root,
  path: '/departments',
  validateSearch: words((raw) => ({ branch: text(raw, 'branch'), open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./admin/departments-page.tsx')),
})
const positions = createRoute({ getParentRoute: () => root, path: '/positions', component: lazyRouteComponent(() => import('./admin/positions-page.tsx')) })

const rights = createRoute({
  getParentRoute: () => root,
  path: '/rights',
  validateSearch: words((raw) => ({ group: text(raw, 'group') })),
  component: lazyRouteComponent(() => import('./admin/rights-page.tsx')),
})

const integrations = createRoute({
  getParentRoute: () => root,
  path: '/integrations',
  validateSearch: words((raw) => ({ state: oneOf(raw, 'state', ['revoked'] as const), open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./integrations/integrations-page.tsx')),
})

const consents = createRoute({
  getParentRoute: () => root,
  path: '/consents',
  validateSearch: words((raw) => ({ view: oneOf(raw, 'view', ['active', 'withdrawn'] as const), purpose: text(raw, 'purpose') })),
  component: lazyRouteComponent(() => import('./consents/consents-page.tsx')),
})
const consentPurposes = createRoute({ getParentRoute: () => root, path: '/consent-purposes', component: lazyRouteComponent(() => import('./consents/purposes-page.tsx')) })
const subjectRequests = createRoute({
  getParentRoute: () => root,
  path: '/subject-requests',
  validateSearch: words((raw) => ({ view: oneOf(raw, 'view', ['file', 'erasure'] as const) })),
  component: lazyRouteComponent(() => import('./privacy/requests-page.tsx')),
})
const legalHolds = createRoute({
  getParentRoute: () => root,
  path: '/legal-holds',
  validateSearch: words((raw) => ({ view: oneOf(raw, 'view', ['all'] as const) })),
  component: lazyRouteComponent(() => import('./privacy/holds-page.tsx')),
})
const retentionRules = createRoute({
  getParentRoute: () => root,
  path: '/retention-rules',
  validateSearch: words((raw) => ({ of: oneOf(raw, 'of', ['opportunities', 'requests', 'calls', 'signIns'] as const) })),
  component: lazyRouteComponent(() => import('./privacy/rules-page.tsx')),
})
const relationKinds = createRoute({ getParentRoute: () => root, path: '/relation-kinds', component: lazyRouteComponent(() => import('./relations/relation-kinds-page.tsx')) })

const pipelines = createRoute({
  getParentRoute: () => root,
  path: '/pipelines',
  validateSearch: words((raw) => ({ open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./admin/pipelines-page.tsx')),
})

const queues = createRoute({
  getParentRoute: () => root,
  path: '/queues',
  validateSearch: words((raw) => ({ open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./admin/queues-page.tsx')),
})

const pbxes = createRoute({
  getParentRoute: () => root,
  path: '/pbxes',
  validateSearch: words((raw) => ({ open: text(raw, 'open'), create: flag(raw, 'create') })),
  component: lazyRouteComponent(() => import('./admin/pbxes-page.tsx')),
})

const packs = createRoute({ getParentRoute: () => root, path: '/packs', component: lazyRouteComponent(() => import('./custom/packs-page.tsx')) })

const customFields = createRoute({
  getParentRoute: () => root,
  path: '/custom-fields',
  validateSearch: words((raw) => ({ resource: oneOf(raw, 'resource', ['counterparties', 'contact-persons', 'opportunities', 'requests'] as const) })),
  component: lazyRouteComponent(() => import('./custom/custom-fields-page.tsx')),
})

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: words((raw) => ({
    view: oneOf(raw, 'view', ['journal', 'reads'] as const), branch: text(raw, 'branch'), employee: text(raw, 'employee'), kind: oneOf(raw, 'kind', ['browser', 'token', 'app-password'] as const), sort: text(raw, 'sort'),
    event: text(raw, 'event'), reason: text(raw, 'reason'), period: oneOf(raw, 'period', ['today', 'week', 'month'] as const), end: flag(raw, 'end'),
  })),
  component: lazyRouteComponent(() => import('./sessions/sessions-page.tsx')),
})

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: words((raw) => ({
    employee: text(raw, 'employee'), period: oneOf(raw, 'period', ['today', 'week', 'month'] as const), section: text(raw, 'section'), action: text(raw, 'action'), kind: text(raw, 'kind'),
    branch: text(raw, 'branch'), record: text(raw, 'record'), open: text(raw, 'open'),
  })),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx')),
})

const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  validateSearch: words((raw) => ({ view: oneOf(raw, 'view', ['sent'] as const), open: text(raw, 'open'), create: flag(raw, 'create'), settings: flag(raw, 'settings') })),
  component: lazyRouteComponent(() => import('./notices/notifications-page.tsx')),
})

const phones = createRoute({ getParentRoute: () => root, path: '/phones', component: lazyRouteComponent(() => import('./phones/phones-page.tsx')) })

export const router = createRouter({
  routeTree: root.addChildren([home, parties, card, persons, duplicates, interactions, opportunities, requests, calls, employees, branches, departments, positions, rights, integrations, relationKinds, consents, consentPurposes, subjectRequests, legalHolds, retentionRules, pipelines, queues, pbxes, customFields, packs, sessions, audit, notifications, phones]),
  defaultPreload: 'intent',
  // A page whose code comes at once shows no bones for a blink.
  defaultPendingComponent: PageBones,
  defaultPendingMs: 150,
  defaultPendingMinMs: 200,
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageError,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
