import { headerOf } from './recording.ts'
import type { Block } from './recording.ts'

/** The channels that exist now, as CoreShowChannels would list them. */
export type Channels = {
  see(block: Block): void
  list(): Block[]
}

type Channel = { block: Block; bornAt: number; bridge: string; queue: string }

const LISTED = [
  'Channel',
  'ChannelState',
  'ChannelStateDesc',
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'ConnectedLineName',
  'Language',
  'AccountCode',
  'Context',
  'Exten',
  'Priority',
  'Uniqueid',
  'Linkedid',
  'ChanVariable',
]

export function createChannels(): Channels {
  const channels = new Map<string, Channel>()

  function see(block: Block) {
    const uniqueid = headerOf(block, 'Uniqueid')
    const event = headerOf(block, 'Event')
    if (uniqueid === '') return
    if (event === 'Hangup') return void channels.delete(uniqueid)
    const known = channels.get(uniqueid)
    if (known === undefined && event !== 'Newchannel') return
    const channel = known ?? { block, bornAt: Date.now(), bridge: '', queue: '' }
    channels.set(uniqueid, { ...channel, block })
    const changed = channels.get(uniqueid) as Channel
    if (event === 'BridgeEnter') changed.bridge = headerOf(block, 'BridgeUniqueid')
    if (event === 'BridgeLeave') changed.bridge = ''
    if (event === 'QueueCallerJoin') changed.queue = headerOf(block, 'Queue')
  }

  function entry({ block, bornAt, bridge, queue }: Channel): Block {
    const seconds = Math.floor((Date.now() - bornAt) / 1000)
    const duration = new Date(seconds * 1000).toISOString().slice(11, 19)
    const outgoing: Block = [
      ['Application', 'AppQueue'],
      ['ApplicationData', '(Outgoing Line)'],
    ]
    const incoming: Block = [
      ['Application', queue === '' ? '' : 'Queue'],
      ['ApplicationData', queue],
    ]
    return [
      ['Event', 'CoreShowChannel'],
      ...block.filter(([name]) => LISTED.includes(name)),
      ...(headerOf(block, 'Context') === 'from-internal' ? outgoing : incoming),
      ['Duration', duration],
      ['BridgeId', bridge],
    ]
  }

  return { see, list: () => [...channels.values()].map(entry) }
}
