import { useEffect, useLayoutEffect, useRef, useState, type ChangeEvent, type FormEvent } from 'react'

type Options = {
  value: string
  /** The value as it is written in the language. */
  shown: string
  /** What a text means; '' for none, undefined when nobody understands it. */
  read: (text: string) => string | undefined
  onChange: (value: string) => void
  /** How it is to be written. */
  complaint: string
}

/** A field that reads its text when it is left. A form with a text that nobody understands is not sent, by whatever key or button. */
export function useTyped({ value, shown, read, onChange, complaint }: Options) {
  const [text, setText] = useState(shown)
  const [wrong, setWrong] = useState(false)
  useEffect(() => {
    setText(shown)
    setWrong(false)
  }, [value, shown])
  const ref = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => ref.current?.setCustomValidity(wrong ? complaint : ''), [wrong, complaint])
  const take = () => {
    const next = read(text)
    setWrong(next === undefined)
    if (next !== undefined && next !== value) onChange(next)
    else if (next !== undefined) setText(shown)
  }
  const props = {
    ref,
    value: text,
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      setText(event.currentTarget.value)
      setWrong(false)
    },
    onBlur: take,
    // The text below says it; the browser's own bubble would lie over it.
    onInvalid: (event: FormEvent<HTMLInputElement>) => {
      if (!wrong) return
      event.preventDefault()
      event.currentTarget.focus()
    },
  }
  return { props, take, complaint: wrong ? complaint : undefined }
}
