export { mailerOf, type Mail, type Mailer } from './mailer.ts'
