const ADDRESS = /(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)])/

/** What somebody wrote, with the addresses in it as links. */
export const LinkedText = ({ text }: { text: string }) =>
  // A group in the pattern: every second part is an address.
  text.split(ADDRESS).map((part, at) => (at % 2 === 1 ? <a key={at} className="link in-text" href={part} target="_blank" rel="noopener noreferrer nofollow">{part}</a> : part))
