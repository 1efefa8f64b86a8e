/** Where a site leads, written with or without its scheme; undefined for what is no address of the web, whatever else it may be. */
export function webAddress(value: string): string | undefined {
  const text = value.trim()
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`
  // Not URL.parse: browsers that are still in use have none (Safari before 18, Firefox before 126).
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.hostname.includes('.') ? url.href : undefined
}
