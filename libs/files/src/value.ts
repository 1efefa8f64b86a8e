/** What a custom field of the kind `file` holds. */
export type FileValue = {
  id: string
  name: string
  /** Bytes. */
  size: number
  /** Media type. */
  type: string
  /** When it came, RFC 3339. */
  time: string
}
