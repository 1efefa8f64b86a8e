import { useEffect, useState } from 'react'
import { onAnnounce } from '../lib/announce.ts'

/** Where toasts and calls are spoken from. Mounted once, so that the region exists before its first text. */
export function LiveRegion() {
  const [polite, setPolite] = useState('')
  const [urgent, setUrgent] = useState('')
  useEffect(
    () =>
      onAnnounce((text, isUrgent) => {
        const say = isUrgent ? setUrgent : setPolite
        say('')
        requestAnimationFrame(() => say(text))
      }),
    [],
  )
  return (
    <>
      <div className="vh" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="vh" role="alert" aria-live="assertive">
        {urgent}
      </div>
    </>
  )
}
