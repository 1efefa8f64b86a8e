const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'

export const isUuid = (text: string): boolean => new RegExp(`^${UUID}$`).test(text)

/** The first id that stands in a text, of a link for instance. */
export const uuidIn = (text: string): string | undefined => new RegExp(UUID, 'i').exec(text)?.[0]
