import type { Api } from '../../demo/src/load/api.ts'

export type Json = Record<string, any>

/** All records of a list that fit a filter. */
export async function listAll(api: Api, path: string, filter: string): Promise<Json[]> {
  const found: Json[] = []
  for (let pageToken = ''; ; ) {
    const page = await api.get(`${path}?${new URLSearchParams({ pageSize: '250', filter, pageToken })}`)
    found.push(...(page[path] as Json[]))
    pageToken = page['nextPageToken'] as string
    if (pageToken === '') return found
  }
}

/** Those of a list that came from a set, by their identifiers there. */
export async function countKnown(api: Api, path: string, externalIds: readonly string[]): Promise<number> {
  const wanted = new Set(externalIds)
  return (await api.all(path)).filter(({ externalId }) => wanted.has(externalId)).length
}
