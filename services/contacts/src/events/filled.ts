/** Leaves out what is empty: a client tests for presence, not for ''. */
export const filled = (data: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''))
