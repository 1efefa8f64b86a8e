/** `PJSIP/1001-0000001f` is endpoint `1001`; `Local/1001@from-queue-00000000;1` leads nowhere by itself. */
export function endpointOf(channel: string): string {
  const slash = channel.indexOf('/')
  const rest = slash < 0 ? channel : channel.slice(slash + 1)
  const dash = rest.lastIndexOf('-')
  return dash > 0 ? rest.slice(0, dash) : rest
}

/** Channels without a phone behind them: halves of a Local pair, bridges' helpers, recorders, announcers. */
export function isSystemChannel(channel: string): boolean {
  return !/^(PJSIP|SIP|IAX2|DAHDI|mISDN|Dongle|Quectel|Skinny|SCCP|H323|Motif|WebSocket)\//i.test(channel)
}

/** The number in a dial string: `1001`, `PJSIP/1001`, `+4420@trunk`, `SIP/trunk/+4420`. */
export function numberDialled(dialString: string): string {
  const [before = ''] = dialString.split('@')
  const address = before.slice(before.lastIndexOf('/') + 1)
  return /^[+*#\d]+$/.test(address) ? address : ''
}

/** Asterisk writes `<unknown>` where it knows nothing, and `s` where nothing was dialled. */
export function known(value: string): string {
  return value === '<unknown>' || value === '<null>' ? '' : value
}

export function dialledExten(exten: string): string {
  return /^[+*#\d]+$/.test(exten) ? exten : ''
}
