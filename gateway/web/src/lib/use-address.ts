import type { RegisteredRouter, RouteApi, RouteById, RouteIds } from '@tanstack/react-router'

type Id = RouteIds<RegisteredRouter['routeTree']>
/** Every one of them may be absent. */
type Words<I extends Id> = RouteById<RegisteredRouter['routeTree'], I>['types']['fullSearchSchema']

/** The words of a page's own address, and a way to change some of them there; one that becomes undefined leaves it. */
export function useAddress<I extends Id>(route: RouteApi<I>) {
  const search = route.useSearch() as Words<I>
  // What the router itself asks of it follows only from the name of one page.
  const navigate = route.useNavigate() as (to: { search: (before: Words<I>) => Words<I>; replace: true }) => Promise<void>
  const change = (patch: Words<I>) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })
  return { search, change }
}
