import { useRef } from 'react'
import { newKey } from '../api/client.ts'

/** An Idempotency-Key that stays the same while the form's contents do, so that a repeated press makes one record. */
export function useFormKey() {
  const last = useRef({ body: '', key: '' })
  return {
    of(body: unknown): string {
      const text = JSON.stringify(body)
      if (last.current.body !== text) last.current = { body: text, key: newKey() }
      return last.current.key
    },
  }
}
