import { flushSync } from 'react-dom'

/**
 * Sends a form from the keyboard as a click on its button would: a field that reads its text when it is left reads it first, and
 * one that does not understand it stops the sending.
 */
export function submitTyped(form: HTMLFormElement | null): void {
  const at = document.activeElement
  if (form !== null && at instanceof HTMLElement && form.contains(at)) {
    flushSync(() => at.blur())
    at.focus({ preventScroll: true })
  }
  form?.requestSubmit()
}
