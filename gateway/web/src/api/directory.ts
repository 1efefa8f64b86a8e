import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { ApiError, get } from './client.ts'
import { useCan, useMe } from './me.ts'
import { allPages } from './records.ts'
import type { Branch, Department, Employee, Group, GroupTitles } from './types.ts'

/** Without the right to view employees the names are simply not there; the page still is. */
async function orNothing<T>(rows: Promise<T[]>): Promise<T[]> {
  try {
    return await rows
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return []
    throw error
  }
}

const fresh = 5 * 60_000

export const useEmployees = () =>
  useQuery({ queryKey: ['employees', 'all'], queryFn: ({ signal }) => orNothing(allPages<Employee>('employees', 'employees', signal)), staleTime: fresh })

export const useBranches = () =>
  useQuery({ queryKey: ['branches', 'all'], queryFn: ({ signal }) => orNothing(allPages<Branch>('branches', 'branches', signal)), staleTime: fresh })

export const useDepartments = () =>
  useQuery({ queryKey: ['departments', 'all'], queryFn: ({ signal }) => orNothing(allPages<Department>('departments', 'departments', signal)), staleTime: fresh })

const none: never[] = []

/** The groups, for those who may see them; titles for everybody, of personal rights whose they are. */
export function useGroupTitles() {
  const can = useCan()
  const { person } = useNames()
  const groups = useQuery({ queryKey: ['groups', 'all'], queryFn: ({ signal }) => allPages<Group>('groups', 'groups', signal), enabled: can('rights'), staleTime: 60_000 }).data ?? none
  const titles = useQuery({ queryKey: ['groups', 'titles'], queryFn: ({ signal }) => get<GroupTitles>('groups:titles', undefined, signal), staleTime: 60_000 }).data?.titles ?? none
  return { groups: groups as Group[], title: (name: string) => titles.find((group) => group.name === name)?.title || person(name) || name }
}

/** Names of people and branches by id, for every place that shows an owner. */
export function useNames() {
  const me = useMe()
  const employees = useEmployees().data ?? none
  const branches = useBranches().data ?? none
  return useMemo(() => {
    const people = new Map(employees.map((one) => [one.id, one]))
    if (me.employee) people.set(me.employee.id, me.employee as Employee)
    const places = new Map(branches.map((one) => [one.id, one.name]))
    if (me.employee) places.set(me.employee.branchId, places.get(me.employee.branchId) ?? me.branchName)
    return {
      meId: me.employee?.id,
      employees,
      branches,
      person: (id: string | undefined) => (id ? people.get(id)?.displayName : undefined),
      branch: (id: string | undefined) => (id ? places.get(id) : undefined),
    }
  }, [employees, branches, me])
}

export type Names = ReturnType<typeof useNames>
