/** A path of our own site, or the start page: an open redirect would lend our name to others. */
export function safeReturnTo(asked: unknown, origin: string): string {
  if (typeof asked !== 'string' || asked.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked)) return '/'
  const url = URL.canParse(asked, origin) ? new URL(asked, origin) : undefined
  if (url === undefined || url.origin !== origin) return '/'
  // Looked at after the dots are resolved: `/..//evil.example` becomes `//evil.example`.
  if (/^\/(\/|(auth|api|realms)(\/|$))/.test(url.pathname)) return '/'
  return url.pathname + url.search + url.hash
}
