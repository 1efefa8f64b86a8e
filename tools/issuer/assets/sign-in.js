// Shows a password on request. Without this script the buttons stay hidden and everything else works.
for (const button of document.querySelectorAll('button.eye')) {
  const field = button.parentElement.querySelector('input')
  button.hidden = false
  button.addEventListener('click', () => {
    const shown = field.type === 'text'
    field.type = shown ? 'password' : 'text'
    button.setAttribute('aria-pressed', String(!shown))
    field.focus()
  })
  field.form.addEventListener('submit', () => (field.type = 'password'))
}
