import { useEffect, useRef, useState } from 'react'
import { address, ApiError, LinkError, newKey, signIn, type Problem } from '../api/client.ts'

/** What a custom field of the kind `file` holds. */
export type FileValue = { id: string; name: string; size: number; type: string; time: string }

type Upload = { name: string; /** From 0 to 1. */ part: number }

/** Sends a file, tells how far it is and can be called off. fetch tells nothing of the way up. */
export function useUpload(path: string, onDone: (file: FileValue) => void) {
  const [upload, setUpload] = useState<Upload>()
  const [error, setError] = useState<unknown>()
  const running = useRef<XMLHttpRequest>(undefined)
  const cancel = () => {
    running.current?.abort()
    running.current = undefined
    setUpload(undefined)
  }
  // A form that is closed sends nothing more.
  useEffect(() => () => running.current?.abort(), [])
  const send = (field: string, file: File) => {
    cancel()
    setError(undefined)
    const request = new XMLHttpRequest()
    running.current = request
    const end = (failure?: unknown) => {
      if (running.current !== request) return
      running.current = undefined
      setUpload(undefined)
      setError(failure)
    }
    request.open('POST', address(`${path}:uploadFile`, { field, name: file.name }))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('x-vitrylo-request', '1')
    request.setRequestHeader('idempotency-key', newKey())
    request.upload.onprogress = ({ loaded, total }) => setUpload({ name: file.name, part: total > 0 ? loaded / total : 0 })
    request.onerror = () => end(new LinkError('upload'))
    request.onload = () => {
      if (running.current !== request) return
      if (request.status === 401) signIn()
      const answer = parsed(request.responseText)
      if (request.status !== 200 || answer === undefined) return end(new ApiError({ ...(answer as Problem | undefined), status: request.status }))
      end()
      const { id, name, size, type, time } = answer as FileValue
      onDone({ id, name, size: Number(size), type, time })
    }
    setUpload({ name: file.name, part: 0 })
    request.send(file)
  }
  return { upload, error, send, cancel }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
