// Shows the password on request. Without this script the button stays hidden and everything else works.
const button = document.querySelector('button.eye')
const field = document.querySelector('#password')

if (button && field) {
  button.hidden = false
  button.addEventListener('click', () => {
    const shown = field.type === 'text'
    field.type = shown ? 'password' : 'text'
    button.setAttribute('aria-pressed', String(!shown))
    field.focus()
  })
  field.form.addEventListener('submit', () => (field.type = 'password'))
}
