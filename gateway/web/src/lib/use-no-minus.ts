import { useState, type ClipboardEvent, type KeyboardEvent } from 'react'

const MINUS = /[-−–]/

/** Of a field whose number cannot be below zero: a minus is refused as it is typed or pasted, and `told` until something else is typed. */
export function useNoMinus(enabled = true) {
  const [told, setTold] = useState(false)
  const refuse = (event: KeyboardEvent | ClipboardEvent): void => {
    event.preventDefault()
    setTold(true)
  }
  return {
    told,
    keys: {
      onKeyDown: (event: KeyboardEvent) => {
        if (!enabled || event.ctrlKey || event.metaKey || event.altKey) return
        if (MINUS.test(event.key)) refuse(event)
        else if (event.key.length === 1 || event.key === 'Backspace') setTold(false)
      },
      onPaste: (event: ClipboardEvent) => {
        if (!enabled) return
        if (MINUS.test(event.clipboardData.getData('text').trim())) refuse(event)
        else setTold(false)
      },
    },
  }
}
