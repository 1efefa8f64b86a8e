import type { RightsStore } from '@vitrylo/auth'

/** The employee with this name at sign-in. */
export type EmployeeOf = (username: string) => string | undefined

export const createEmployeeOf = (rights: RightsStore): EmployeeOf => (username) => rights.data().byUsername.get(username.toLowerCase())?.id
